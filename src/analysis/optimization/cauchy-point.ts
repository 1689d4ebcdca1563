import { addScaled, dot } from '../../core/vectors';
import { times } from '../linear-algebra/small-dense';
import type { Box } from './box';
import type { CompactHessian } from './compact-hessian';

export interface CauchyPoint {
  readonly point: Float64Array;
  /** W'(point - x), which the subspace step goes on from. */
  readonly c: Float64Array;
  /** Of every variable: 1 where it was followed to its bound. */
  readonly fixed: Uint8Array;
}

/**
 * The first minimum of the quadratic model along the path that the negative gradient takes when it is bent at the
 * bounds (Byrd et al. 1995, algorithm CP).
 */
export function cauchyPoint(
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Box,
  hessian: CompactHessian,
): CauchyPoint {
  const { theta, middle } = hessian;
  const point = x.slice();
  const fixed = new Uint8Array(x.length);
  const direction = new Float64Array(x.length);
  const breaks = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const slope = gradient[i];
    breaks[i] = slope === 0 ? Infinity : (x[i] - (slope < 0 ? upper[i] : lower[i])) / slope;
    if (breaks[i] > 0) direction[i] = -slope;
    else fixed[i] = 1;
  }
  const c = new Float64Array(2 * hessian.size);
  const p = hessian.transposedTimes(direction);
  let slope = -dot(direction, direction);
  if (slope === 0) return { point, c, fixed };
  const curvatureAtStart = -theta * slope;
  let curvature = curvatureAtStart - dot(p, times(middle, p));
  let best = -slope / curvature;
  let travelled = 0;
  const order = sortedBreaks(breaks);
  for (let at = 0; at < order.length; at++) {
    const i = order[at];
    const stretch = breaks[i] - travelled;
    if (best < stretch) break;
    const own = gradient[i];
    fixed[i] = 1;
    point[i] = direction[i] > 0 ? upper[i] : lower[i];
    direction[i] = 0;
    addScaled(c, stretch, p);
    travelled = breaks[i];
    if (at === order.length - 1) {
      best = 0;
      break;
    }
    slope += stretch * curvature + own * own + theta * own * (point[i] - x[i]);
    curvature -= theta * own * own;
    if (hessian.size > 0) {
      const row = hessian.row(i);
      const image = times(middle, row);
      slope -= own * dot(image, c);
      curvature -= 2 * own * dot(image, p) + own * own * dot(image, row);
      addScaled(p, own, row);
    }
    curvature = Math.max(Number.EPSILON * curvatureAtStart, curvature);
    best = -slope / curvature;
  }
  best = Math.max(best, 0);
  addScaled(c, best, p);
  addScaled(point, travelled + best, direction);
  return { point, c, fixed };
}

/** The variables with a breakpoint ahead, nearest first. */
function sortedBreaks(breaks: Float64Array): Int32Array {
  const ahead: number[] = [];
  for (let i = 0; i < breaks.length; i++) if (breaks[i] > 0 && breaks[i] < Infinity) ahead.push(i);
  return Int32Array.from(ahead).sort((a, b) => breaks[a] - breaks[b] || a - b);
}
