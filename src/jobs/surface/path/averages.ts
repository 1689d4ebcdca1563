import { project } from '../../../analysis/surface/plane';
import type { Average, BetweenRuns } from '../../../contract/path';
import type { Point } from '../../../objective/evaluation/objective';
import { measurePoint } from '../../preparation/measure-point';
import type { Problem } from '../../preparation/problem';
import { meanOf } from '../mean-of';
import type { DrawnPlane } from '../planes';

/** Of how many of the last checkpoints means are taken where nothing is said: a quarter of the run and half of it. */
export function usualAverages(count: number): number[] {
  const shares = [count / 4, count / 2].map((share) => Math.max(2, Math.round(share)));
  return [...new Set(shares)].filter((last) => last <= count);
}

export interface AveragedRun {
  readonly points: readonly Required<Point>[];
  readonly run?: number;
}

/**
 * The mean of the last so many checkpoints of a run as a point of its own (stochastic weight averaging, Izmailov et al. 2018,
 * algorithm 1), with its place on the plane.
 *
 * @param settled the point with batch norm's statistics measured anew, where they can be: those of other points are not its.
 */
export async function averageOf(
  problem: Problem,
  { points, run }: AveragedRun,
  last: number,
  {
    plane,
    settled,
    batchNorm,
    signal,
  }: {
    readonly plane: DrawnPlane;
    readonly settled: (point: Point) => Promise<Point>;
    readonly batchNorm: BetweenRuns['batchNorm'];
    readonly signal: AbortSignal;
  },
): Promise<Average> {
  const mean = meanOf(points.slice(-last));
  const [first, second] = plane.directions.map(({ theta }) => theta);
  const { at, distance } = project({ origin: plane.origin.theta, directions: [first, second] }, mean.theta);
  const point = await settled(mean);
  const { loss } = await measurePoint(problem, 'train', point, signal);
  const test = problem.objective.hasTest ? await measurePoint(problem, 'test', point, signal) : undefined;
  return {
    last,
    ...(run === undefined ? {} : { run }),
    at,
    distance,
    loss: finite(loss.value),
    standardError: finite(loss.standardError ?? NaN),
    ...(test ? { testLoss: finite(test.loss.value) } : {}),
    batchNorm,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
