import { UserError } from '../core/errors';
import { sizeOf } from '../core/size-of';

/** One array of a data set, as read: `shape` is one row's. */
export interface Column {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Inputs become (x * scale - mean) / std; mean and std are one number or one per channel. */
export interface Scaling {
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Where a row of the data has its channels; last if left out. */
  readonly channels?: 'first' | 'last';
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
  {
    scaling,
    rearrangement,
    out = new Float64Array(count * sizeOf(shape)) as Out,
  }: { readonly scaling: Scaling; readonly rearrangement: Rearrangement; readonly out?: Out },
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
    return scaledBytes(data, { rows, count, width }, scaling, out);
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
  {
    rows,
    count,
    width,
  }: { readonly rows: ArrayLike<number>; readonly count: number; readonly width: number },
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
