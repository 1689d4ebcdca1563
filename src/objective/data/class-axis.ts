import type { Node } from '../../autodiff/graph';
import { transpose } from '../../autodiff/operations';
import { sameLong } from '../../autodiff/shape';
import type { Model } from '../../network/model';
import { logitsOf } from '../../network/softmax';
import { UserError } from '../../core/errors';
import type { Column } from '../../lanes/columns';
import { type LabelNumbers, areShares } from './label-facts';
import { textOf } from './row-shapes';
import { sizeOf } from '../../core/size-of';

const without = (shape: readonly number[], axis: number) => shape.filter((_, i) => i !== axis);

/**
 * The axis of one row of the output along which its classes stand, for class labels: that of the softmax at its end;
 * else the first or the last, as labels without it, or with shares that sum to 1 along it, say. The last where nothing
 * speaks of classes.
 * @throws UserError where both axes fit: which one it is cannot be known.
 */
export function classAxis(output: Node, labels: Column, numbers: LabelNumbers, file: string): number {
  const row = output.shape.slice(1);
  const last = row.length - 1;
  if (last < 1) return last;
  const made = logitsOf(output);
  if (made?.kind === 'softmax' && made.axis !== undefined) return made.axis - 1;
  if (made) return last;
  const ends = [0, last].filter((axis) => row[axis] > 1);
  const found = ends.filter(
    (axis) =>
      (numbers.whole && sameLong(without(row, axis), labels.shape)) ||
      (sameLong(row, labels.shape) && row.length === labels.shape.length && areShares(labels, axis)),
  );
  if (found.length > 1)
    throw new UserError(
      `The output is ${textOf(row)} a row, and the labels in ${file} fit classes along its first axis (as in PyTorch) and along its last (as in Keras): give the labels one-hot, in the output's own order.`,
    );
  return found[0] ?? last;
}

/** The position of each axis of [rows, ...] once an axis of a row has gone to the end. */
const order = (rank: number, axis: number) => [
  ...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis + 1),
  axis + 1,
];

/** The model with the classes of its output along the last axis, where losses and accuracy look for them. */
export function withClassesLast(model: Model, axis: number): Model {
  const { outputShape } = model;
  if (axis === outputShape.length - 1 || outputShape.length < 2) return model;
  return {
    ...model,
    outputShape: [...without(outputShape, axis), outputShape[axis]],
    apply: (...given) => {
      const [output, ...others] = model.apply(...given);
      return [transpose(output, order(output.shape.length, axis)), ...others];
    },
  };
}

/** Labels shaped as the output, with the axis of the classes last. */
export function labelsWithClassesLast({ shape, data }: Column, axis: number): Column {
  const classes = shape[axis];
  const inner = sizeOf(shape.slice(axis + 1));
  const moved = new Float32Array(data.length);
  const block = classes * inner;
  for (let i = 0; i < data.length; i++) {
    const within = i % block;
    moved[i - within + (within % inner) * classes + Math.floor(within / inner)] = data[i];
  }
  return { shape: [...without(shape, axis), classes], data: moved };
}
