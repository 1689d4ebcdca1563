import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameReader, framed, greeting } from '../../../src/lanes/frames';

const messages = [
  { type: 'run', chunk: 'train/0' },
  { sums: { gradient: Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i)) }, rows: {} },
  { values: Float64Array.of(NaN, -0, 1e-320), bytes: Uint8Array.of(10, 0, 10), none: undefined },
];
const bytes = Buffer.concat(messages.flatMap(framed));

/** What a reader gives for bytes that come in pieces of this size. */
function readIn(pieces: number, all: Buffer, isGreeted: boolean): unknown[] {
  const reader = new FrameReader(isGreeted);
  const found: unknown[] = [];
  for (let at = 0; at < all.length; at += pieces)
    found.push(...reader.push(Buffer.from(all.subarray(at, at + pieces))));
  return found;
}

test('messages come back to the bit, however their bytes are cut', () => {
  for (const pieces of [1, 7, 1024, 65_536]) assert.deepEqual(readIn(pieces, bytes, false), messages);
});

test('what is printed before the greeting is nobody’s, even where it looks like its beginning', () => {
  const noise = Buffer.from('Welcome to node7\n\0landscape-lan\0landscape-la');
  for (const pieces of [1, 5, 65_536])
    assert.deepEqual(readIn(pieces, Buffer.concat([noise, greeting(), bytes]), true), messages);
  assert.deepEqual(readIn(3, noise, true), []);
});

test('what something else prints in between is said', () => {
  const reader = new FrameReader(false);
  assert.throws(
    () => reader.push(Buffer.concat([bytes, Buffer.from('slurmstepd: error')])),
    /something else/,
  );
  const torn = Buffer.from(bytes);
  torn[framed(messages[0])[0].length - 1] = 0;
  assert.throws(() => new FrameReader(false).push(torn), /something else writes to its output/);
});
