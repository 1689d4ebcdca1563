import type { Node } from '../autodiff/graph';
import { add, equal, log, mul, oneHot, reshape, select, take } from '../autodiff/operations';
import { ShapeError, shapeText } from '../autodiff/shape';
import { sizeOf } from '../core/size-of';
import { UserError } from '../core/errors';
import { logitsOf } from './softmax';

/** Whether an output holds logits: see `LossSpec.fromLogits`. */
export type FromLogits = boolean | 'auto' | 'behind';

/** The logits of the output, or `undefined` when it holds probabilities made in a way that is not recognised. */
export function logitsFor(
  kind: 'softmax' | 'sigmoid',
  output: Node,
  fromLogits: FromLogits,
): Node | undefined {
  if (fromLogits === true) return output;
  const made = logitsOf(output);
  if (fromLogits === 'behind') return made?.logits ?? output;
  if (made?.kind === kind && (kind === 'sigmoid' || made.axis === output.shape.length - 1))
    return made.logits;
  return fromLogits === 'auto' && !made ? output : undefined;
}

/** y log p where y is not 0, else 0 whatever p is, in the derivatives too. */
export function weightedLog(y: Node, p: Node): Node {
  return mul(y, log(select(equal(y, 0), 1, p)));
}

/** Labels with a share of their mass spread evenly. */
export function smoothed(y: Node, smoothing: number, even: number): Node {
  return smoothing === 0 ? y : add(mul(y, 1 - smoothing), smoothing * even);
}

/** One-hot or soft classes, shaped as the output. */
export function classTargets(labels: Node, output: Node): Node {
  if (labels.dtype !== 'int32') return targets(labels, output);
  return oneHot(fitted(labels, output.shape.slice(0, -1), output), output.shape[output.shape.length - 1]);
}

/** 0 or 1, or between, for each output. */
export function binaryTargets(labels: Node, output: Node): Node {
  if (labels.dtype !== 'int32') return targets(labels, output);
  return take(oneHot(fitted(labels, output.shape, output), 2), output.shape.length, 1);
}

/**
 * Labels as floats shaped as the output.
 * @throws ShapeError for class indices; UserError for labels of another size than the output.
 */
export function targets(labels: Node, output: Node): Node {
  if (labels.dtype === 'int32') throw new ShapeError('targets shaped as the output are floats');
  return fitted(labels, output.shape, output);
}

/** Labels under the shape that the loss wants; axes of extent 1 may differ. */
function fitted(labels: Node, shape: readonly number[], output: Node): Node {
  if (sizeOf(labels.shape) !== sizeOf(shape))
    throw new UserError(
      `the labels are ${shapeText(labels.shape.slice(1))} a row, but the model's output is ${shapeText(output.shape.slice(1))}; choose the loss or the data that fit.`,
    );
  return reshape(labels, shape);
}
