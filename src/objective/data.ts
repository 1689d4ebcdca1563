import { sizeOf } from '../autodiff/shape';
import type { ModelInput } from '../layers/model';
import { UserError } from '../core/errors';

/** One array of a data set, as read: `shape` is one row's. */
export interface Column {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

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

/** Inputs become (x * scale - mean) / std; mean and std are one number or one per channel. */
export interface Scaling {
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Where a row of the data has its channels; last if left out. */
  readonly channels?: 'first' | 'last';
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

/** Axes of one image row from the data's order to the model's, or undefined if they agree. */
export type Rearrangement = 'toChannelsFirst' | 'toChannelsLast' | undefined;

/**
 * Some rows of a column as floats, scaled, in the model's layout, written into `out`. Rows past the list repeat its
 * first. What is written is worked out in float64, whatever `out` holds.
 */
export function cutInputs<Out extends Float32Array | Float64Array = Float64Array>(
  { shape, data }: Column,
  rows: ArrayLike<number>,
  count: number,
  scaling: Scaling,
  rearrangement: Rearrangement,
  out: Out = new Float64Array(count * sizeOf(shape)) as Out,
): Out {
  const width = sizeOf(shape);
  const channelsFirst = rearrangement ? rearrangement === 'toChannelsLast' : scaling.channels === 'first';
  const channels = shape.length === 0 ? 1 : channelsFirst ? shape[0] : shape[shape.length - 1];
  for (const { length } of [scaling.mean, scaling.std])
    if (length !== 1 && length !== channels)
      throw new UserError(
        `The input settings give ${length} means or deviations, but the data have ${channels} channels.`,
      );
  const places = width / channels;
  if (data instanceof Uint8Array && !rearrangement && scaling.mean.length === 1 && scaling.std.length === 1)
    return scaledBytes(data, rows, count, width, scaling, out);
  for (let row = 0; row < count; row++) {
    const from = rows[row < rows.length ? row : 0] * width;
    for (let i = 0; i < width; i++) {
      const channel = channelsFirst ? Math.floor(i / places) : i % channels;
      const mean = scaling.mean[scaling.mean.length === 1 ? 0 : channel];
      const std = scaling.std[scaling.std.length === 1 ? 0 : channel];
      const to = !rearrangement
        ? i
        : channelsFirst
          ? (i % places) * channels + channel
          : channel * places + Math.floor(i / channels);
      out[row * width + to] = (data[from + i] * scaling.scale - mean) / std;
    }
  }
  return out;
}

/** Bytes that are all scaled alike, by a table of the 256 results: lanes do it at every run, and this is ten times faster. */
function scaledBytes<Out extends Float32Array | Float64Array>(
  data: Uint8Array,
  rows: ArrayLike<number>,
  count: number,
  width: number,
  { scale, mean: [mean], std: [std] }: Scaling,
  out: Out,
): Out {
  const table = Float64Array.from({ length: 256 }, (_, byte) => (byte * scale - mean) / std);
  for (let row = 0; row < count; row++) {
    const from = rows[row < rows.length ? row : 0] * width;
    for (let i = 0; i < width; i++) out[row * width + i] = table[data[from + i]];
  }
  return out;
}

/** Some rows of whole numbers or labels, in the type the model or the loss takes; a class that is ignored becomes another. */
export function cutLabels(
  { shape, data }: Column,
  rows: ArrayLike<number>,
  count: number,
  dtype: 'float' | 'int32',
  ignored?: { readonly label: number; readonly as: number },
): Float64Array | Int32Array {
  const width = shape.reduce((product, extent) => product * extent, 1);
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
