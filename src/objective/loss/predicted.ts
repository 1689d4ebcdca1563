import { UserError } from '../../core/errors';
import { sizeOf } from '../../core/size-of';
import { softplusOf } from '../../autodiff/primitives/elementwise';
import { areProbabilities } from '../../network/losses';
import type { ChosenLoss } from './choose-loss';
import { outputNode } from './output-node';

/** What a network says of some rows, and what is right, each [rows, width], row after row. */
export interface Predicted {
  /** Logarithms of the probabilities of classes, or numbers. */
  readonly kind: 'classes' | 'numbers';
  readonly width: number;
  readonly values: readonly number[];
  readonly targets: readonly number[];
}

/** Probabilities that float32 rounds to zero are this. */
const LEAST = 1e-38;

/**
 * The outputs of a network with the labels of the same rows, by the loss. Weights of rows play no part.
 * @throws UserError for another loss than one cross-entropy or squared error a row.
 */
export function predictedOf(
  { spec, model }: Pick<ChosenLoss, 'spec' | 'model'>,
  outputs: ArrayLike<number>,
  labels: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
): Predicted {
  const width = sizeOf(model.outputShape);
  const rows = outputs.length / width;
  const perRow = sizeOf(labels.shape);
  if (spec.name === 'mean-squared-error')
    return { kind: 'numbers', width, values: Array.from(outputs), targets: Array.from(labels.data) };
  const isBinary = spec.name === 'binary-crossentropy' && width === 1;
  if (!isBinary && !(spec.name === 'categorical-crossentropy' && model.outputShape.length === 1))
    throw new UserError(
      `Bias and variance are those of a cross-entropy or a squared error with one answer a row, but the loss is ${spec.name} of ${width} outputs: leave "biasVariance" out.`,
    );
  const seen = areProbabilities(outputNode(model), spec);
  const classes = isBinary ? 2 : width;
  const values = new Array<number>(rows * classes);
  const targets = new Array<number>(rows * classes).fill(0);
  for (let row = 0; row < rows; row++) {
    const given = Array.from({ length: width }, (_, i) => outputs[row * width + i]);
    const logarithms = isBinary ? logSigmoid(given[0], seen) : logSoftmax(given, seen);
    for (let i = 0; i < classes; i++) values[row * classes + i] = logarithms[i];
    if (isBinary) {
      targets[2 * row + 1] = labels.data[row];
      targets[2 * row] = 1 - labels.data[row];
    } else if (perRow === 1) targets[row * classes + labels.data[row]] = 1;
    else for (let i = 0; i < classes; i++) targets[row * classes + i] = labels.data[row * classes + i];
  }
  return { kind: 'classes', width: classes, values, targets };
}

/** Of both classes, the one that is labelled 0 first. */
function logSigmoid(value: number, isProbability: boolean): [number, number] {
  if (isProbability) return [Math.log(Math.max(1 - value, LEAST)), Math.log(Math.max(value, LEAST))];
  return [-softplusOf(value), -softplusOf(-value)];
}

function logSoftmax(values: readonly number[], areProbable: boolean): number[] {
  if (areProbable) {
    const sum = values.reduce((a, b) => a + b, 0);
    return values.map((value) => Math.log(Math.max(value / sum, LEAST)));
  }
  const most = Math.max(...values);
  const logarithm = most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return values.map((value) => value - logarithm);
}
