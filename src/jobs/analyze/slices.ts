import { loaded } from '../../core/long-vector';
import { norm } from '../../core/vectors';
import { estimateOverRows } from '../../analysis/sampling';
import { filterNormalizedDirection } from '../../analysis/slices/directions';
import type { EigenPair } from '../../analysis/spectrum/eigenpair';
import type { Point } from '../../objective/evaluation/objective';
import type { Slice } from '../../contract/report';
import { along, evenly, scan } from '../interpolate/line-scan';
import type { Problem } from '../preparation/problem';
import { classCount } from '../../objective/loss/accuracy';

export const SLICE_POINTS = 25;
/** Slices along random directions: one alone could be a lucky draw. */
export const RANDOM_SLICES = 2;

interface SliceOptions {
  readonly seed: number;
  /** The training loss at the origin. */
  readonly loss: number;
  readonly signal: AbortSignal;
  /** Called after each point: which slice it is of, the slice so far, and its points. */
  readonly onPoint: (index: number, slice: Slice, points: number) => void;
}

interface Direction extends Pick<Slice, 'kind' | 'label'> {
  /** Of unit length. */
  readonly vector: Float64Array;
  /** How far the slice reaches on either side. */
  readonly radius: number;
}

/** The loss along the top eigenvectors and along filter-normalized random directions (Li et al. 2018), one after the other. */
export async function measureSlices(
  problem: Problem,
  origin: Point,
  pairs: readonly EigenPair[],
  options: SliceOptions,
): Promise<void> {
  let index = -1;
  for (const { kind, label, vector, radius } of directions(problem, origin, pairs, options)) {
    index++;
    const { first, second } = await problem.objective.directional(origin, vector, options.signal);
    const slope = estimateOverRows(first).value;
    await scan(
      problem,
      {
        described: { kind, label, unit: 1, slope, curvature: estimateOverRows(second).value },
        coordinates: evenly(-radius, radius, SLICE_POINTS),
        at: (distance) => along(origin, vector, distance),
      },
      options.signal,
      (slice, points) => options.onPoint(index, slice, points),
    );
  }
}

/** One after the other, for they are long. */
function* directions(
  problem: Problem,
  origin: Point,
  pairs: readonly EigenPair[],
  { loss, seed }: SliceOptions,
): Generator<Direction> {
  yield* alongEigenvectors(problem, origin, pairs, loss);
  for (let draw = 0; draw < RANDOM_SLICES; draw++) {
    const direction = atRandom(problem, origin, seed, draw);
    if (direction.radius > 0) yield direction;
  }
}

function alongEigenvectors(
  problem: Problem,
  origin: Point,
  pairs: readonly EigenPair[],
  loss: number,
): Direction[] {
  const radius = reachOf(problem, origin, pairs[0]?.value ?? 0, loss);
  return pairs
    .slice(0, 3)
    .map(({ vector }, i) => ({ kind: 'eigenvector', label: `v${i + 1}`, vector: loaded(vector), radius }));
}

/** How far to look: as far as the local quadratic along the sharpest direction rises well past an uninformed guess. */
export const reachOf = (problem: Problem, origin: Point, sharpest: number, loss: number): number =>
  sharpest > 0
    ? Math.sqrt((2 * Math.max(uninformed(problem), loss)) / sharpest)
    : norm(origin.theta) / 10 || 1;

function atRandom({ objective }: Problem, origin: Point, seed: number, draw: number): Direction {
  const vector = filterNormalizedDirection(origin.theta, objective.parameters.blocks, seed, draw);
  const radius = norm(vector);
  for (let i = 0; i < vector.length; i++) vector[i] /= radius;
  return { kind: 'random', label: `random ${draw + 1}`, vector, radius };
}

/** Loss of an uninformed prediction: what a slice should rise past to be worth seeing. */
function uninformed({ opened, loss }: Problem): number {
  return loss.accuracy ? Math.log(Math.max(2, classCount(opened.model))) : 1;
}
