import { type Bezier, lengthOfBezier, pointOnBezier } from '../../analysis/curves/bezier';
import { minimumEnergyCurve } from '../../analysis/curves/minimum-energy';
import { difference } from '../../analysis/surface/plane';
import type { Curve, CurveChoices } from '../../contract/curve';
import { random } from '../../core/random';
import { streams } from '../../core/random-streams';
import { norm } from '../../core/vectors';
import type { Point } from '../../objective/evaluation/objective';
import { type StatisticsAnew, statisticsAnew } from '../compare/statistics-anew';
import type { Problem } from '../preparation/problem';
import { BatchGradient } from './batch-gradient';
import { between } from './interpolated-point';
import { profileAlong } from './profile';

export interface CurveTask {
  readonly from: Required<Point>;
  readonly to: Required<Point>;
  readonly choices: CurveChoices;
  readonly seed: number;
  /** Places at which either way is measured. */
  readonly points: number;
  readonly signal: AbortSignal;
  /** After each step of the search, and after each place. */
  onStep(curve: Curve): void;
  onPoint(curve: Curve, done: number): void;
}

/**
 * A curve of low loss between two points beside the straight line, both measured at the same places in the same way: with
 * batch norm's statistics as the training rows have them there, where the network says how batches change them.
 *
 * @returns what was found, and why statistics stay as saved, where they do.
 * @throws UserError, CancelledError
 */
export async function curveBetween(
  problem: Problem,
  task: CurveTask,
): Promise<{ readonly curve: Curve; readonly note: string | undefined }> {
  const anew = await statisticsAnew(problem, task.seed, task.signal);
  try {
    return { curve: await measured(problem, task, anew), note: anew.why };
  } finally {
    anew.statistics?.dispose();
  }
}

async function measured(
  problem: Problem,
  task: CurveTask,
  { statistics, kind }: StatisticsAnew,
): Promise<Curve> {
  const { from, to, choices, seed, points, signal } = task;
  const straight = norm(difference(to.theta, from.theta));
  const curve: Curve = {
    ...choices,
    batch: Math.min(choices.batch, problem.objective.rows),
    seed,
    made: 0,
    batchNorm: kind,
    length: { line: straight, curve: straight },
  };
  const bezier = await searched(problem, task, curve, statistics !== undefined);
  curve.length.curve = lengthOfBezier(bezier);
  // Statistics that are not measured anew move along as on the line: the curve has no bend of theirs.
  const placed = (theta: Float64Array, t: number) => ({ theta, state: between(from, to, t).state! });
  const settled = (point: Point) => (statistics ? statistics.at(point, signal) : point);
  const line = { label: 'the straight line', points, length: straight };
  curve.line = await profileAlong(
    problem,
    { ...line, at: (t) => settled(between(from, to, t)) },
    signal,
    (done) => task.onPoint(curve, done),
  );
  const bent = { label: 'the curve', points, length: curve.length.curve };
  curve.curve = await profileAlong(
    problem,
    { ...bent, at: (t) => settled(placed(pointOnBezier(bezier, t), t)) },
    signal,
    (done) => task.onPoint(curve, points + done),
  );
  return curve;
}

/** @param byBatch whether the search normalizes by its batches, as training does. */
async function searched(
  problem: Problem,
  { from, to, choices, seed, signal, onStep }: CurveTask,
  curve: Curve,
  byBatch: boolean,
): Promise<Bezier> {
  const gradient = await BatchGradient.open(problem, { batch: choices.batch, seed, byBatch });
  const { state } = from;
  try {
    return await minimumEnergyCurve({
      a: from.theta,
      b: to.theta,
      ...choices,
      draws: random(seed, streams.curvePlaces),
      gradientAt: (theta) => gradient.at({ theta, state }, signal),
      signal,
      onStep: (made) => {
        curve.made = made;
        onStep(curve);
      },
    });
  } finally {
    gradient.dispose();
  }
}
