import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { type Raster, animatedPng, indexedPng, paletteOf } from '../../vscode/pictures/indexed-png';

/** A picture whose pixels are what a function of their place says, as 0xRRGGBB. */
function picture(width: number, height: number, colorAt: (x: number, y: number) => number): Raster {
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const color = colorAt(x, y);
      data.set([color >> 16, (color >> 8) & 0xff, color & 0xff, 0xff], 4 * (y * width + x));
    }
  return { width, height, data };
}

test('a picture of few colours is the same when another program reads it', () => {
  const raster = picture(17, 9, (x, y) => (x * 0x0f0000) | (y * 0x001c00) | 0x40);
  const read = PNG.sync.read(indexedPng(raster));
  assert.deepEqual([read.width, read.height], [17, 9]);
  assert.deepEqual(Buffer.from(read.data), Buffer.from(raster.data));
});

test('of many colours each pixel takes one that is near', () => {
  const raster = picture(64, 64, (x, y) => (x << 18) | (y << 10) | (x + y));
  assert.equal(paletteOf([raster]).colors.length, 256);
  const read = PNG.sync.read(indexedPng(raster));
  const apart = raster.data.reduce((most, value, i) => Math.max(most, Math.abs(value - read.data[i])), 0);
  assert.ok(apart <= 20, `${apart}`);
});

test('an animation keeps of later frames what changed, at its place, and begins as a picture', () => {
  const first = picture(8, 6, () => 0x102030);
  const second = picture(8, 6, (x, y) => (x >= 2 && x < 5 && y === 3 ? 0xff0000 : 0x102030));
  const png = animatedPng([
    { raster: first, milliseconds: 700 },
    { raster: second, milliseconds: 900 },
    { raster: second, milliseconds: 100 },
  ]);
  assert.deepEqual(Buffer.from(PNG.sync.read(png).data), Buffer.from(first.data));
  const controls: number[][] = [];
  const names: string[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const name = png.toString('latin1', at + 4, at + 8);
    names.push(name);
    if (name === 'fcTL')
      controls.push([
        ...[0, 4, 8, 12, 16].map((k) => png.readUInt32BE(at + 8 + k)),
        png.readUInt16BE(at + 28),
      ]);
  }
  const order = ['IHDR', 'acTL', 'PLTE', 'fcTL', 'IDAT', 'fcTL', 'fdAT', 'fcTL', 'fdAT', 'IEND'];
  assert.deepEqual(names, order);
  // Sequence number, width, height, left, top, milliseconds.
  assert.deepEqual(controls, [
    [0, 8, 6, 0, 0, 700],
    [1, 3, 1, 2, 3, 900],
    [3, 1, 1, 0, 0, 100],
  ]);
});
