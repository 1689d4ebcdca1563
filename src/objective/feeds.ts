import type { Model } from '../layers/model';
import {
  NO_SCALING,
  type Rearrangement,
  type Scaling,
  type Split,
  settledInput,
  cutInputs,
  cutLabels,
  cutWeights,
} from './data';
import type { Values } from './lanes/protocol';
import type { LossHead } from './programs';

/** How rows of the data become what a program takes. */
export interface Feeding {
  readonly model: Model;
  readonly head: LossHead;
  /** Of the input that {@link settledInput} finds; the others go in as they are. */
  readonly scaling: Scaling;
  readonly rearrangement: Rearrangement;
}

/**
 * One input of some rows as the model takes it: whole numbers where it reads indices, else floats, with the `input`
 * settings where they mean this one. Rows past the list repeat its first.
 */
export function cutInput(
  { model, scaling, rearrangement }: Omit<Feeding, 'head'>,
  split: Split,
  index: number,
  rows: ArrayLike<number>,
  count: number,
): Float64Array | Int32Array {
  const column = split.inputs[index];
  if (model.inputs[index].dtype === 'int32') return cutLabels(column, rows, count, 'int32');
  return index === settledInput(model.inputs)
    ? cutInputs(column, rows, count, scaling, rearrangement)
    : cutInputs(column, rows, count, NO_SCALING, undefined);
}

/** Inputs, labels and weights of some rows as a chunk feeds them; rows past the list have weight zero. */
export function chunkValues(feeding: Feeding, split: Split, taken: Int32Array, chunkRows: number): Values {
  const { head } = feeding;
  const inputs = split.inputs.map((_, k) => [`x/${k}`, cutInput(feeding, split, k, taken, chunkRows)] as const); // prettier-ignore
  return {
    ...Object.fromEntries(inputs),
    y: cutLabels(split.labels, taken, chunkRows, head.labelDtype, head.ignored),
    weights: Float64Array.from({ length: chunkRows }, (_, row) => (row < taken.length ? 1 : 0)),
    ...(head.weighted ? { w: cutWeights(split, taken, chunkRows) } : {}),
  };
}
