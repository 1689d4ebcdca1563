import { dot, norm } from '../../core/vectors';
import { difference } from './plane';

/** Where a point of a path lies along it. */
export interface PathStep {
  /** Distances from the first point and from the last. */
  readonly fromStart: number;
  readonly fromEnd: number;
  /** Between the step that leads here and the next, in degrees from 0 (straight on) to 180 (back); absent at the ends. */
  readonly angle?: number;
}

/** How far the points of a path lie from its ends, and how it turns at each. Of two that are the same no angle is told. */
export function pathSteps(points: readonly Float64Array[]): PathStep[] {
  const [first, last] = [points[0], points[points.length - 1]];
  return points.map((point, i) => {
    const angle = i > 0 && i < points.length - 1 ? turn(points[i - 1], point, points[i + 1]) : undefined;
    return {
      fromStart: norm(difference(point, first)),
      fromEnd: norm(difference(point, last)),
      ...(angle === undefined ? {} : { angle }),
    };
  });
}

function turn(before: Float64Array, at: Float64Array, after: Float64Array): number | undefined {
  const [to, on] = [difference(at, before), difference(after, at)];
  const lengths = norm(to) * norm(on);
  if (lengths === 0) return undefined;
  return (Math.acos(Math.min(1, Math.max(-1, dot(to, on) / lengths))) * 180) / Math.PI;
}
