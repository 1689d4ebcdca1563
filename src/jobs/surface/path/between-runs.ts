import { difference } from '../../../analysis/surface/plane';
import type { BetweenRuns } from '../../../contract/path';
import { norm } from '../../../core/vectors';
import type { Point } from '../../../objective/evaluation/objective';
import { between } from '../../interpolate/interpolated-point';
import { profileAlong } from '../../interpolate/profile';
import type { Problem } from '../../preparation/problem';

/** Places on the line between the ends of two runs. */
export const PLACES = 25;
/** Of more pairs than these only those with the first run are measured. */
const MOST_PAIRS = 10;

/** Which runs' ends are held against each other. */
export function pairsOf(runs: number): (readonly [number, number])[] {
  const all = Array.from({ length: runs }, (_, a) => a).flatMap((a) =>
    Array.from({ length: runs - a - 1 }, (_, i) => [a, a + 1 + i] as const),
  );
  return all.length > MOST_PAIRS ? all.filter(([a]) => a === 0) : all;
}

export interface RunEnds {
  readonly a: number;
  readonly b: number;
  readonly ends: readonly [Required<Point>, Required<Point>];
  readonly batchNorm: BetweenRuns['batchNorm'];
  /** The point as both ends and all between are measured. */
  readonly settled: (point: Point) => Promise<Point>;
}

/** The barrier on the straight line between where two runs end. @throws UserError, CancelledError */
export async function betweenEnds(
  problem: Problem,
  { a, b, ends: [from, to], batchNorm, settled }: RunEnds,
  signal: AbortSignal,
  onPoint: () => void,
): Promise<BetweenRuns> {
  const way = {
    label: 'the line between the ends of two runs',
    points: PLACES,
    length: norm(difference(to.theta, from.theta)),
    at: (t: number) => settled(between(from, to, t)),
  };
  const { slice, barrier } = await profileAlong(problem, way, signal, onPoint);
  const losses = slice.loss.train;
  return { a, b, barrier: barrier.train, higher: Math.max(losses[0], losses[losses.length - 1]), batchNorm };
}
