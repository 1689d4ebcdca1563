import { sizeOf } from '../../core/size-of';
import { UserError } from '../../core/errors';
import type { ClassWeights, SampleWeights } from '../../contract/settings';
import type { ChosenLoss } from '../loss/choose-loss';
import type { Split } from './split';
import type { FittedData } from './fit-data';

/** How rows weigh in the loss, by the settings. */
export interface Weighting {
  readonly classWeights?: ClassWeights | undefined;
  readonly sampleWeights?: SampleWeights | undefined;
}

/** Rows with their weights, and what is to say of them. */
export interface WeighedRows {
  readonly data: FittedData;
  readonly loss: ChosenLoss;
  readonly scaling: string;
  readonly weightedBy: readonly string[] | undefined;
  readonly notes: readonly string[];
}

/**
 * The rows with their weights: those that the data file gives them, times those of their classes (the larger of a
 * one-hot label). The loss is the sum of weighted losses over the number of rows, as Keras has it
 * (`sum_over_batch_size`), not over the sum of weights; a class that is left out weighs 1. Accuracy stays unweighted.
 * `scaling` says how losses of rows become one, for the report, and `weightedBy` what they are weighted by, if they are.
 * @throws UserError when labels are no classes, a class has no weight, or no row weighs anything.
 */
export function weighRows(
  data: FittedData,
  loss: ChosenLoss,
  { classWeights, sampleWeights }: Weighting,
  file: string,
): WeighedRows {
  const scaling = 'mean over rows';
  if (classWeights === undefined && !data.train.weights)
    return { data, loss, scaling, weightedBy: undefined, notes: [] };
  const { stepShape } = data.train;
  if (stepShape && classWeights !== undefined)
    throw new UserError(
      `"classWeights" are for rows, but ${file} weighs steps of rows: leave one of them out.`,
    );
  const weigh = (split: Split, name: string): Split => {
    const weights = classWeights === undefined ? split.weights! : byClass(split, loss, classWeights, file);
    let some = false;
    for (let i = 0; i < weights.length && !some; i++) some = weights[i] > 0;
    if (!some) throw new UserError(`All ${name} rows in ${file} weigh 0: give some of them a weight.`);
    return { ...split, weights };
  };
  const isPlain = data.test && classWeights === undefined && !data.test.weights;
  const test = data.test && (isPlain ? data.test : weigh(data.test, 'test'));
  const named = sampleWeights === true ? 'w_train' : sampleWeights;
  const by = [
    ...(classWeights === undefined ? [] : ['class']),
    ...(named && data.train.weights ? [named] : []),
  ];
  return {
    data: { ...data, train: weigh(data.train, 'training'), test },
    loss: { ...loss, head: { ...loss.head, weighted: true, ...(stepShape ? { stepShape } : {}) } },
    scaling: `${scaling}, weighted by ${by.join(' and ')}`,
    weightedBy: by,
    notes: [
      `The losses of ${stepShape ? 'steps' : 'rows'} are weighted by ${by.join(' and ')}, added, and divided by ${stepShape ? 'their number' : 'the number of rows'}, as Keras does; accuracy is unweighted.`,
      ...(sampleWeights && data.test && !data.test.weights
        ? [
            `${file} has no weights of its test rows, so they all weigh the same${classWeights ? ' but for their classes' : ''}.`,
          ]
        : []),
    ],
  };
}

/** The weights of a part's rows by their classes, times their own. */
function byClass(
  { rows, labels, weights }: Split,
  { head, accuracy, spec, classes }: ChosenLoss,
  classWeights: ClassWeights,
  file: string,
): Float64Array {
  const width = sizeOf(head.labelShape);
  const isOneHot =
    width > 1 && accuracy?.kind === 'argmax' && head.labelShape.length === 1 && head.labelDtype === 'float';
  if (width > 1 && !isOneHot)
    throw new UserError(
      `"classWeights" needs one class a row, but the labels in ${file} have ${width} numbers a row for ${spec.name}: leave it out.`,
    );
  const table = new Map(Object.entries(classWeights).map(([key, value]) => [Number(key), value]));
  if (accuracy) {
    const beyond = [...table.keys()].find((each) => each >= classes);
    if (beyond !== undefined)
      throw new UserError(
        `"classWeights" gives class ${beyond} a weight, but the model has ${classes} classes (0 to ${classes - 1}).`,
      );
    if (Array.isArray(classWeights) && table.size < classes)
      throw new UserError(
        `"classWeights" lists ${table.size} weights, but the model has ${classes} classes: give one for each, or an object from class to weight.`,
      );
  }
  const classOf = (row: number): number => {
    const { data } = labels;
    if (!isOneHot) return Math.round(data[row]);
    let best = 0;
    for (let i = 1; i < width; i++) if (data[row * width + i] > data[row * width + best]) best = i;
    return best;
  };
  return Float64Array.from(
    { length: rows },
    (_, row) => (table.get(classOf(row)) ?? 1) * (weights?.[row] ?? 1),
  );
}
