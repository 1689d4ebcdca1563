/** How the pixels of one row lie in its numbers. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Distance in the row between neighbours along each axis. */
  readonly strides: { readonly y: number; readonly x: number; readonly channel: number };
}

/**
 * What images rows of this shape are: [h, w], [h, w, c] or [c, h, w]; flat rows of a square number of entries are square
 * grey images. Undefined where they are none.
 */
export function imageShape(
  rowShape: readonly number[],
  layout: 'NHWC' | 'NCHW' | undefined,
): ImageShape | undefined {
  if (rowShape.length === 3) {
    const first = layout === 'NCHW';
    const [height, width, channels] = first ? [rowShape[1], rowShape[2], rowShape[0]] : rowShape;
    return {
      height,
      width,
      channels,
      strides: first
        ? { y: width, x: 1, channel: height * width }
        : { y: width * channels, x: channels, channel: 1 },
    };
  }
  const side = Math.sqrt(rowShape[0] ?? 0);
  const flat = rowShape.length === 1 && Number.isInteger(side) && side > 1;
  if (rowShape.length !== 2 && !flat) return undefined;
  const [height, width] = flat ? [side, side] : rowShape;
  return { height, width, channels: 1, strides: { y: width, x: 1, channel: 0 } };
}

/** Where the value of a pixel comes from: another pixel, between pixels, or nowhere (undefined: zero). */
export type Source = (y: number, x: number) => readonly [number, number] | undefined;

/**
 * Fills one row from a copy of itself: each pixel takes what its source holds, bilinear between whole places, zero
 * outside of the image.
 */
export function resample(
  row: Float32Array | Float64Array,
  copy: Float32Array | Float64Array,
  image: ImageShape,
  source: Source,
): void {
  const { height, width, channels, strides } = image;
  copy.set(row);
  const at = (y: number, x: number, channel: number): number =>
    y < 0 || x < 0 || y >= height || x >= width
      ? 0
      : copy[y * strides.y + x * strides.x + channel * strides.channel];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = source(y, x);
      for (let channel = 0; channel < channels; channel++) {
        let value = 0;
        if (from) {
          const [y0, x0] = [Math.floor(from[0]), Math.floor(from[1])];
          const [fy, fx] = [from[0] - y0, from[1] - x0];
          value = (1 - fy) * (1 - fx) * at(y0, x0, channel);
          if (fx > 0) value += (1 - fy) * fx * at(y0, x0 + 1, channel);
          if (fy > 0) value += fy * (1 - fx) * at(y0 + 1, x0, channel);
          if (fx > 0 && fy > 0) value += fy * fx * at(y0 + 1, x0 + 1, channel);
        }
        row[y * strides.y + x * strides.x + channel * strides.channel] = value;
      }
    }
}
