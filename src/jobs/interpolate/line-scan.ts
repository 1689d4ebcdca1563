import type { Point, SplitName } from '../../objective/evaluation/objective';
import type { LossPoint, Slice } from '../../contract/report';
import type { Problem } from '../preparation/problem';
import { measurePoint } from '../preparation/measure-point';

type Described = Omit<Slice, 'loss' | 'accuracy' | 'standardError' | 'coordinates'>;

/** The coordinates of a line that were left out because the loss is not finite there. */
export interface Scanned {
  readonly left: readonly number[];
}

/** Loss and accuracy at each of the points, on train and test. Calls `onPoint` after each with the slice so far. */
export async function scan(
  problem: Problem,
  {
    described,
    coordinates,
    at,
  }: {
    readonly described: Described;
    readonly coordinates: readonly number[];
    readonly at: (coordinate: number) => Point;
  },
  signal: AbortSignal,
  onPoint: (slice: Slice, done: number) => void,
): Promise<Scanned> {
  const splits: readonly SplitName[] = problem.objective.hasTest ? ['train', 'test'] : ['train'];
  const slice: Slice = {
    ...described,
    coordinates: [],
    loss: { train: [], test: [] },
    standardError: { train: [], test: [] },
    ...(problem.loss.accuracy ? { accuracy: { train: [], test: [] } } : {}),
  };
  const left: number[] = [];
  for (const [i, coordinate] of coordinates.entries()) {
    const point = at(coordinate);
    const measured: (readonly [SplitName, LossPoint])[] = [];
    for (const split of splits) measured.push([split, await measurePoint(problem, split, point, signal)]);
    if (measured.some(([, { loss }]) => !Number.isFinite(loss.value))) left.push(coordinate);
    else {
      slice.coordinates.push(coordinate);
      for (const [split, { loss, accuracy }] of measured) {
        slice.loss[split].push(loss.value);
        slice.standardError![split].push(loss.standardError ?? 0);
        if (accuracy) slice.accuracy![split].push(accuracy.value);
      }
    }
    onPoint(slice, i + 1);
  }
  return { left };
}

/** `points` values from `from` to `to`, both included; a range symmetric about 0 has 0 exactly. */
export function evenly(from: number, to: number, points: number): number[] {
  return Array.from({ length: points }, (_, i) => (from * (points - 1 - i) + to * i) / (points - 1));
}

/** The point `distance` along a unit direction. */
export function along(origin: Point, direction: Float64Array, distance: number): Point {
  return { ...origin, theta: origin.theta.map((value, i) => value + distance * direction[i]) };
}
