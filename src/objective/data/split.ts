import type { ModelInput } from '../../network/model';
import { sizeOf } from '../../core/size-of';
import type { Column, Scaling } from '../../lanes/columns';

/** The training or the test part of a data set. */
export interface Split {
  readonly rows: number;
  readonly inputs: readonly Column[];
  readonly labels: Column;
  /** What each row's loss is multiplied by, or the losses of its steps; 1 where left out. */
  readonly weights?: ArrayLike<number>;
  /** Of a row's weights, where its steps have weights of their own: the leading axes of the model's output. */
  readonly stepShape?: readonly number[];
}

export const NO_SCALING: Scaling = { scale: 1, mean: [0], std: [1] };

/**
 * Which input of a model the `input` settings are for: the first image (a row of three axes), else the first that takes
 * floats.
 */
export function settledInput(inputs: readonly ModelInput[]): number {
  const floats = inputs.map((_, i) => i).filter((i) => inputs[i].dtype === 'float');
  return floats.find((i) => inputs[i].shape.length === 3) ?? floats[0] ?? 0;
}

/** Some rows of whole numbers or labels, in the type the model or the loss takes; a class that is ignored becomes another. */
export function cutLabels(
  { shape, data }: Column,
  rows: ArrayLike<number>,
  count: number,
  {
    dtype,
    ignored,
  }: {
    readonly dtype: 'float' | 'int32';
    readonly ignored?: { readonly label: number; readonly as: number };
  },
): Float64Array | Int32Array {
  const width = sizeOf(shape);
  const out = dtype === 'int32' ? new Int32Array(count * width) : new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    const from = rows[row < rows.length ? row : 0] * width;
    for (let i = 0; i < width; i++)
      out[row * width + i] = data[from + i] === ignored?.label ? ignored.as : data[from + i];
  }
  return out;
}

/** What the losses of some rows are multiplied by, or those of their steps. Rows past the list repeat its first. */
export function cutWeights(
  { weights }: Split,
  rows: ArrayLike<number>,
  count: number,
  stepShape: readonly number[] = [],
): Float64Array {
  const width = sizeOf(stepShape);
  const at = (row: number) => rows[row < rows.length ? row : 0];
  return Float64Array.from(
    { length: count * width },
    (_, i) => weights?.[at(Math.floor(i / width)) * width + (i % width)] ?? 1,
  );
}
