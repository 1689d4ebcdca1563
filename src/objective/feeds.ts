import type { Model } from '../layers/model';
import { type Rearrangement, type Scaling, type Split, cutInputs, cutLabels } from './data';
import type { Values } from './lanes/protocol';
import type { LossHead } from './programs';

/** How rows of the data become what a program takes. */
export interface Feeding {
  readonly model: Model;
  readonly head: LossHead;
  readonly scaling: Scaling;
  readonly rearrangement: Rearrangement;
}

/** Inputs, labels and weights of some rows as a chunk feeds them; rows past the list have weight zero. */
export function chunkValues(
  { model, head, scaling, rearrangement }: Feeding,
  split: Split,
  taken: Int32Array,
  chunkRows: number,
): Values {
  const inputs = split.inputs.map((column, k): [string, Float64Array | Int32Array] => [
    `x/${k}`,
    model.inputs[k].dtype === 'int32'
      ? cutLabels(column, taken, chunkRows, 'int32')
      : cutInputs(column, taken, chunkRows, scaling, rearrangement),
  ]);
  return {
    ...Object.fromEntries(inputs),
    y: cutLabels(split.labels, taken, chunkRows, head.labelDtype),
    weights: Float64Array.from({ length: chunkRows }, (_, row) => (row < taken.length ? 1 : 0)),
  };
}
