import { UserError } from '../../core/errors';
import type { ImageSettings } from '../../contract/settings';
import type { Picture } from './pictures';

/** Pillow's fixed point: 8 bits of result, two of headroom. */
const PRECISION = 32 - 8 - 2;

/**
 * A picture resized, cropped and in the colors that the settings ask for. Resizing is bilinear with antialiasing, to the
 * byte what Pillow's `resize(BILINEAR)` up to version 12, and so torchvision's `Resize`, make of a picture (later ones differ
 * by one level in places: they turn the passes round where that is cheaper); a single number is the shorter side, as there. The crop is of the middle, as torchvision's `CenterCrop`.
 * @throws UserError when the crop is larger than what is cropped
 */
export function arrangePicture(picture: Picture, settings: ImageSettings, name: string): Picture {
  const colored = inColors(picture, settings.color);
  const resized =
    settings.resize === undefined ? colored : resize(colored, sizeFor(colored, settings.resize));
  return settings.crop === undefined ? resized : centerCrop(resized, pair(settings.crop), name);
}

/** Gray as Pillow's `convert('L')`: ITU-R 601-2 in 16 bits. */
function inColors(picture: Picture, color: ImageSettings['color']): Picture {
  const { height, width, channels, data } = picture;
  if (color === undefined || (color === 'gray' ? 1 : 3) === channels) return picture;
  if (color === 'gray')
    return {
      ...{ height, width, channels: 1 },
      data: Uint8Array.from(
        { length: height * width },
        (_, i) => (data[3 * i] * 19595 + data[3 * i + 1] * 38470 + data[3 * i + 2] * 7471 + 0x8000) >> 16,
      ),
    };
  return {
    ...{ height, width, channels: 3 },
    data: Uint8Array.from({ length: 3 * height * width }, (_, i) => data[Math.floor(i / 3)]),
  };
}

type Size = readonly [height: number, width: number];

const pair = (size: number | readonly number[]): Size =>
  typeof size === 'number' ? [size, size] : [size[0], size[1]];

/** One number is the shorter side, and the other follows, cut to a whole number as torchvision does. */
function sizeFor({ height, width }: Picture, asked: number | readonly number[]): Size {
  if (typeof asked !== 'number') return pair(asked);
  const longer = Math.floor((asked * Math.max(height, width)) / Math.min(height, width));
  return height <= width ? [asked, longer] : [longer, asked];
}

/** What an output pixel is made of along one axis: from where, and how much of each, in fixed point. */
interface Weights {
  readonly from: Int32Array;
  readonly count: Int32Array;
  readonly factors: readonly Int32Array[];
}

/** The triangle filter, widened where a picture becomes smaller (Pillow's `precompute_coeffs`). */
function weightsOf(before: number, after: number): Weights {
  const scale = before / after;
  const stretch = Math.max(scale, 1);
  const from = new Int32Array(after);
  const count = new Int32Array(after);
  const factors: Int32Array[] = [];
  for (let at = 0; at < after; at++) {
    const center = (at + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - stretch + 0.5));
    const last = Math.min(before, Math.trunc(center + stretch + 0.5));
    const raw = Array.from({ length: last - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((i + first - center + 0.5) / stretch)),
    );
    const sum = raw.reduce((a, b) => a + b, 0);
    from[at] = first;
    count[at] = last - first;
    factors.push(Int32Array.from(raw, (value) => Math.trunc(0.5 + (value / sum) * 2 ** PRECISION)));
  }
  return { from, count, factors };
}

const clip = (sum: number): number => Math.max(0, Math.min(255, sum >> PRECISION));

function resize(picture: Picture, [height, width]: Size): Picture {
  const across = width === picture.width ? picture : resizeAcross(picture, width);
  return height === across.height ? across : resizeDown(across, height);
}

function resizeAcross({ height, width: before, channels, data }: Picture, width: number): Picture {
  const { from, count, factors } = weightsOf(before, width);
  const out = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 2 ** (PRECISION - 1);
        for (let i = 0; i < count[x]; i++)
          sum += data[(y * before + from[x] + i) * channels + c] * factors[x][i];
        out[(y * width + x) * channels + c] = clip(sum);
      }
  return { height, width, channels, data: out };
}

function resizeDown({ height: before, width, channels, data }: Picture, height: number): Picture {
  const { from, count, factors } = weightsOf(before, height);
  const line = width * channels;
  const out = new Uint8Array(height * line);
  for (let y = 0; y < height; y++)
    for (let i = 0; i < line; i++) {
      let sum = 2 ** (PRECISION - 1);
      for (let k = 0; k < count[y]; k++) sum += data[(from[y] + k) * line + i] * factors[y][k];
      out[y * line + i] = clip(sum);
    }
  return { height, width, channels, data: out };
}

/** Halves go to the even number, as Python rounds. */
function half(difference: number): number {
  const below = Math.floor(difference / 2);
  return difference % 2 === 0 || below % 2 === 0 ? below : below + 1;
}

function centerCrop({ height: before, width, channels, data }: Picture, [h, w]: Size, name: string): Picture {
  if (h > before || w > width)
    throw new UserError(
      `${name} is ${width} x ${before} after resizing, smaller than the crop of ${w} x ${h}: give "image" in landscape.json a larger "resize".`,
    );
  const [top, left] = [half(before - h), half(width - w)];
  const out = new Uint8Array(h * w * channels);
  for (let y = 0; y < h; y++) {
    const start = ((top + y) * width + left) * channels;
    out.set(data.subarray(start, start + w * channels), y * w * channels);
  }
  return { height: h, width: w, channels, data: out };
}
