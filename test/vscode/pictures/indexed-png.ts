import { deflateSync } from 'node:zlib';

/** A picture of [height, width] pixels of four bytes, as pngjs gives it; how opaque they are is not looked at. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** At most 256 colours, each 0xRRGGBB, and which of them stands for a pixel's. */
export interface Palette {
  readonly colors: readonly number[];
  indexOf(color: number): number;
}

/** A picture of an animation, and how long it stays. */
export interface Frame {
  readonly raster: Raster;
  readonly milliseconds: number;
}

interface Counted {
  readonly color: number;
  readonly count: number;
}

const MOST_COLORS = 256;
const channel = (color: number, k: number) => (color >> (8 * (2 - k))) & 0xff;

/**
 * The colours of some pictures: themselves where they are few, else by median cut (Heckbert 1982) with the mean of each
 * box, where a pixel takes the nearest.
 */
export function paletteOf(rasters: readonly Raster[]): Palette {
  const counts = new Map<number, number>();
  for (const raster of rasters)
    for (const color of colorsOf(raster)) counts.set(color, (counts.get(color) ?? 0) + 1);
  const all = [...counts].map(([color, count]): Counted => ({ color, count }));
  const colors =
    all.length <= MOST_COLORS ? all.map(({ color }) => color).sort((a, b) => a - b) : medianCut(all);
  const known = new Map(colors.map((color, index) => [color, index]));
  const indexOf = (color: number): number => {
    const found = known.get(color) ?? nearest(colors, color);
    known.set(color, found);
    return found;
  };
  return { colors, indexOf };
}

function* colorsOf({ data }: Raster): Generator<number> {
  for (let i = 0; i < data.length; i += 4) yield (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
}

function medianCut(all: readonly Counted[]): number[] {
  const boxes = [[...all]];
  while (boxes.length < MOST_COLORS) {
    const widest = boxes
      .map((box, place) => ({ place, ...widestOf(box) }))
      .reduce((a, b) => (b.weight > a.weight ? b : a));
    if (widest.weight === 0) break;
    const box = boxes[widest.place].sort(
      (a, b) => channel(a.color, widest.axis) - channel(b.color, widest.axis),
    );
    const half = box.reduce((sum, { count }) => sum + count, 0) / 2;
    let [cut, seen] = [0, 0];
    while (cut < box.length - 1 && seen < half) seen += box[cut++].count;
    boxes[widest.place] = box.slice(0, Math.max(1, cut));
    boxes.push(box.slice(Math.max(1, cut)));
  }
  return boxes.map(meanOf);
}

/** The channel in which a box's colours lie farthest apart, and how much it asks to be cut: rare far colours do, too. */
function widestOf(box: readonly Counted[]): { axis: number; weight: number } {
  const spans = [0, 1, 2].map((k) => {
    const values = box.map(({ color }) => channel(color, k));
    return values.reduce((a, b) => Math.max(a, b), 0) - values.reduce((a, b) => Math.min(a, b), 255);
  });
  const axis = spans.indexOf(Math.max(...spans));
  const count = box.reduce((sum, each) => sum + each.count, 0);
  return { axis, weight: box.length < 2 ? 0 : spans[axis] * Math.sqrt(Math.sqrt(count)) };
}

function meanOf(box: readonly Counted[]): number {
  const count = box.reduce((sum, each) => sum + each.count, 0);
  return [0, 1, 2].reduce((mean, k) => {
    const sum = box.reduce((total, each) => total + channel(each.color, k) * each.count, 0);
    return (mean << 8) | Math.round(sum / count);
  }, 0);
}

function nearest(colors: readonly number[], color: number): number {
  let [best, least] = [0, Infinity];
  colors.forEach((each, index) => {
    let distance = 0;
    for (let k = 0; k < 3; k++) distance += (channel(each, k) - channel(color, k)) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** A PNG with a palette. */
export const indexedPng = (raster: Raster): Buffer => animatedPng([{ raster, milliseconds: 0 }]);

/**
 * An animated PNG with one palette, played for ever; of every frame but the first only the rectangle that differs from the
 * one before is kept. All frames are of one size. One frame alone is a plain PNG.
 */
export function animatedPng(frames: readonly Frame[]): Buffer {
  const [{ raster: first }] = frames;
  const { width, height } = first;
  const palette = paletteOf(frames.map(({ raster }) => raster));
  const indices = frames.map(({ raster }) =>
    Uint8Array.from(colorsOf(raster), (color) => palette.indexOf(color)),
  );
  const isAnimated = frames.length > 1;
  const chunks = [
    chunk('IHDR', [...bytes(width), ...bytes(height), 8, 3, 0, 0, 0]),
    ...(isAnimated ? [chunk('acTL', [...bytes(frames.length), ...bytes(0)])] : []),
    chunk(
      'PLTE',
      palette.colors.flatMap((color) => [0, 1, 2].map((k) => channel(color, k))),
    ),
  ];
  let sequence = 0;
  indices.forEach((pixels, i) => {
    const area = i === 0 ? { x: 0, y: 0, width, height } : changed(indices[i - 1], pixels, width);
    if (isAnimated) chunks.push(chunk('fcTL', frameControl(sequence++, area, frames[i].milliseconds)));
    const packed = deflateSync(rowsOf(pixels, width, area), { level: 9 });
    chunks.push(
      i === 0
        ? chunk('IDAT', packed)
        : chunk('fdAT', Buffer.concat([Buffer.from(bytes(sequence++)), packed])),
    );
  });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, ...chunks, chunk('IEND', [])]);
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest rectangle that holds every pixel that changed; one pixel where none did. */
function changed(before: Uint8Array, after: Uint8Array, width: number): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let i = 0; i < after.length; i++) {
    if (before[i] === after[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return right < 0
    ? { x: 0, y: 0, width: 1, height: 1 }
    : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Each row without a filter: indices of neighbours do not predict each other. */
function rowsOf(pixels: Uint8Array, width: number, area: Area): Buffer {
  const out = Buffer.alloc(area.height * (area.width + 1));
  for (let row = 0; row < area.height; row++) {
    const from = (area.y + row) * width + area.x;
    out.set(pixels.subarray(from, from + area.width), row * (area.width + 1) + 1);
  }
  return out;
}

/** The frame stays where it is drawn, and what it does not cover stays as it was. */
const frameControl = (sequence: number, { x, y, width, height }: Area, milliseconds: number): number[] => [
  ...bytes(sequence),
  ...bytes(width),
  ...bytes(height),
  ...bytes(x),
  ...bytes(y),
  ...bytes(milliseconds).slice(2),
  ...bytes(1000).slice(2),
  0,
  0,
];

const bytes = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);

function chunk(name: string, content: ArrayLike<number>): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), Buffer.from(Array.from(content))]);
  return Buffer.concat([Buffer.from(bytes(content.length)), body, Buffer.from(bytes(crc(body)))]);
}

/** CRC-32 as PNG has it (ISO 3309). */
function crc(data: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
