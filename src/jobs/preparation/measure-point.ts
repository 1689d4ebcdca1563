import { estimateOverRows } from '../../analysis/sampling';
import type { Column } from '../../lanes/columns';
import type { LossPoint, Report } from '../../contract/report';
import { UserError } from '../../core/errors';
import { fileName } from '../../objective/data/fit-data';
import type { Point, SplitName } from '../../objective/evaluation/objective';
import type { FiguresAt, RowFigure } from '../../objective/evaluation/row-values';
import { classCount, correctness, judged } from '../../objective/loss/accuracy';
import type { ChosenLoss } from '../../objective/loss/choose-loss';
import type { Problem } from './problem';

/** Of each chunk of a split, its share of right predictions a row, where the loss has such. */
export function correctnessOf(
  { accuracy, model }: ChosenLoss,
  labels: Column,
  rows: Int32Array,
): RowFigure | undefined {
  const classes = classCount(model);
  return (
    accuracy &&
    ((values, from, to) => correctness(accuracy, values, { labels, rows: rows.subarray(from, to) }, classes))
  );
}

/** Loss and accuracy at a point, with the error from having these rows only. */
export async function measurePoint(
  problem: Problem,
  split: SplitName,
  point: Point,
  signal?: AbortSignal,
): Promise<LossPoint> {
  return (await measureRows(problem, split, point, signal)).measured;
}

/** The same, with the loss of every row. */
export async function measureRows(
  problem: Problem,
  split: SplitName,
  point: Point,
  signal?: AbortSignal,
): Promise<{ readonly measured: LossPoint; readonly losses: Float64Array }> {
  const { objective } = problem;
  const figure = figureOn(problem, split);
  const found = figure
    ? await objective.figures(split, point, figure, signal)
    : { losses: await objective.losses(split, point, signal) };
  return { measured: pointOf(found), losses: found.losses };
}

/** Loss and accuracy at one point: on train and, where there is one, test. */
export interface PointSample {
  readonly train: LossPoint;
  readonly test?: LossPoint;
}

/** The same on both splits at several points, which the lanes take one after the other without a pause. */
export async function measurePoints(
  problem: Problem,
  points: readonly Point[],
  signal?: AbortSignal,
  splits: 'train' | 'both' = 'both',
): Promise<PointSample[]> {
  const train = figureOn(problem, 'train');
  if (splits === 'train' || !problem.objective.hasTest) {
    const found = await problem.objective.figuresAt(points, { train }, signal);
    return found.map((at) => ({ train: pointOf(at.train) }));
  }
  const found = await problem.objective.figuresAt(points, { train, test: figureOn(problem, 'test') }, signal);
  return found.map((at) => ({ train: pointOf(at.train), test: pointOf(at.test) }));
}

function figureOn({ data, loss, selection }: Problem, split: SplitName): RowFigure | undefined {
  const part = split === 'train' ? data.train : data.test!;
  const rows = split === 'train' ? selection.rows : Int32Array.from({ length: part.rows }, (_, i) => i);
  return correctnessOf(loss, part.labels, rows);
}

const pointOf = ({ losses, figures }: FiguresAt<'of'>['of']): LossPoint => ({
  loss: estimateOverRows(losses),
  ...(figures ? { accuracy: estimateOverRows(judged(figures)) } : {}),
  rows: losses.length,
});

/** The loss of a checkpoint is no number, as that of a run is that has diverged. */
export class NotFiniteError extends UserError {}

/** Where a checkpoint is measured, and the file that messages name. */
interface Place {
  readonly point: Point;
  readonly path: string;
}

/**
 * Loss and accuracy on a split at a checkpoint's own place.
 * @throws NotFiniteError that names the file when the loss is not finite: nothing can be measured there.
 */
export async function measureSplit(
  problem: Problem,
  split: SplitName,
  { point, path }: Place,
  signal: AbortSignal,
): Promise<LossPoint> {
  const found = await measurePoint(problem, split, point, signal);
  if (!Number.isFinite(found.loss.value))
    throw new NotFiniteError(
      `The ${split === 'train' ? 'training' : 'test'} loss of ${fileName(path)} is not finite: check its weights, and input.scale in landscape.json.`,
    );
  return found;
}

/** The same on train and, where there is one, test. */
export async function measureCheckpoint(
  problem: Problem,
  point: Point,
  path: string,
  signal: AbortSignal,
): Promise<NonNullable<Report['loss']>> {
  const place = { point, path };
  const train = await measureSplit(problem, 'train', place, signal);
  if (!problem.objective.hasTest) return { train };
  return { train, test: await measureSplit(problem, 'test', place, signal) };
}
