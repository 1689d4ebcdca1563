import type { Accuracy } from '../network/losses';
import { correctness, judged } from '../objective/loss/accuracy';
import type { Column } from '../lanes/columns';
import { sizeOf } from '../core/size-of';
import type { RowFigure } from '../objective/evaluation/row-values';
import type { Objective, Point, SplitName } from '../objective/evaluation/objective';
import type { EpochRecord } from '../contract/history';

type Pair = EpochRecord['train'];

/** Mean loss and accuracy of the parts of the data at a point. */
export type Evaluation = Pick<EpochRecord, 'train' | 'validation' | 'test'>;

export interface EvaluateOptions {
  /** Over the rows trained on and those set aside together, in the order of `rows`. */
  readonly objective: Objective;
  readonly rows: Int32Array;
  /** The rows among them that are set aside. */
  readonly validation: ReadonlySet<number>;
  readonly trainLabels: Column;
  readonly testLabels: Column | undefined;
  readonly accuracy: Accuracy | undefined;
  readonly classes: number;
}

/** Evaluates a network in inference mode, without penalties. */
export class Evaluator {
  constructor(private readonly options: EvaluateOptions) {}

  async evaluate(point: Point, signal?: AbortSignal): Promise<Evaluation> {
    const { objective, rows, validation, trainLabels, testLabels } = this.options;
    const train = await this.rowsOf('train', point, { labels: trainLabels, rows }, signal);
    const isHeld = (i: number) => validation.has(rows[i]);
    const evaluated: Evaluation = {
      train: meanOf(train, (i) => !isHeld(i)),
      ...(validation.size > 0 ? { validation: meanOf(train, isHeld) } : {}),
    };
    if (!objective.hasTest || !testLabels) return evaluated;
    const test = await this.rowsOf('test', point, { labels: testLabels, rows: undefined }, signal);
    return { ...evaluated, test: meanOf(test, () => true) };
  }

  private async rowsOf(
    split: SplitName,
    point: Point,
    { labels, rows }: { readonly labels: Column; readonly rows: Int32Array | undefined },
    signal: AbortSignal | undefined,
  ): Promise<RowFigures> {
    const { objective, accuracy, classes } = this.options;
    if (!accuracy) return { losses: await objective.losses(split, point, signal), right: undefined };
    const every = { length: labels.data.length / sizeOf(labels.shape) };
    const which = rows ?? Int32Array.from(every, (_, i) => i);
    const figure: RowFigure = (values, from, to) =>
      correctness(accuracy, values, { labels, rows: which.subarray(from, to) }, classes);
    const { losses, figures } = await objective.figures(split, point, figure, signal);
    return { losses, right: figures };
  }
}

interface RowFigures {
  readonly losses: Float64Array;
  readonly right: Float64Array | undefined;
}

function meanOf({ losses, right }: RowFigures, counts: (i: number) => boolean): Pair {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const own = (values: Float64Array) => values.filter((_, i) => counts(i));
  return { loss: mean(own(losses)), ...(right ? { accuracy: mean(judged(own(right))) } : {}) };
}
