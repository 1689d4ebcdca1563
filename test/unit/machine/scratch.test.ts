import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../../src/core/errors';
import { type Vector, copied, eachStretch, loaded, stretchOf } from '../../../src/core/long-vector';
import { random } from '../../../src/core/random';
import { addScaled, combine, distance, dot, norm, projectOut } from '../../../src/core/vectors';
import { Scratch } from '../../../src/machine/scratch';

/** Longer than what is read at once, and not a multiple of it. */
const LENGTH = 600_001;

const drawn = (seed: number) => {
  const stream = random(seed, 1);
  return Float32Array.from({ length: LENGTH }, () => stream.normal());
};

/** Not `deepEqual`, which writes out how long arrays differ. */
const same = (found: Vector, wanted: Vector) => assert.equal(distance(found, wanted), 0);

test('arithmetic on vectors in a file is that on the same numbers in memory', (t) => {
  const scratch = new Scratch();
  t.after(() => scratch.dispose());
  const vectors = [1, 2, 3, 4, 5].map(drawn);
  const stored = vectors.map((vector) => scratch.store(vector));
  const [a, b] = vectors;
  const [x, y] = stored;
  const close = (found: number, wanted: number) =>
    assert.ok(Math.abs(found - wanted) < 1e-9 * LENGTH, `${found} for ${wanted}`);
  same(loaded(x), a);
  assert.deepEqual(stretchOf(y, 5, 9), b.slice(5, 9));
  close(dot(x, y), dot(a, b));
  close(dot(x, b, 1000, 400_000), dot(a, b, 1000, 400_000));
  close(norm(x), norm(a));
  close(distance(x, y, 0.5), distance(a, b, 0.5));
  close(distance(x, y, 1, { offset: 3, length: 7 }), distance(a.slice(3, 10), b.slice(3, 10)));
  same(combine(LENGTH, stored, [1, 0, 2, 3, 4]), combine(LENGTH, vectors, [1, 0, 2, 3, 4]));
  const sum = copied(x);
  addScaled(sum, 2, y);
  assert.ok(sum.every((value, i) => value === a[i] + 2 * b[i]));
  const units = vectors.slice(1).map((vector) => {
    const length = norm(vector);
    return vector.map((value) => value / length);
  });
  const [inMemory, fromFile] = [copied(a), copied(a)];
  projectOut(inMemory, units);
  projectOut(
    fromFile,
    units.map((unit) => scratch.store(unit)),
  );
  assert.ok(distance(inMemory, fromFile) < 1e-9);
});

test('a stretch is visited whole where all is in memory', () => {
  let visits = 0;
  eachStretch([drawn(1), drawn(2)], () => visits++);
  assert.equal(visits, 1);
});

test('a place that was given up is used again, and the file has no name', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landscape-scratch-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const scratch = new Scratch(folder);
  const first = scratch.store(drawn(1));
  const room = scratch.room;
  first.release();
  const second = scratch.store(drawn(2));
  same(loaded(second), drawn(2));
  assert.ok(Math.abs(scratch.room - room) < 2 ** 30);
  second.write(10, Float64Array.of(1, 2));
  assert.deepEqual(second.read(9, 13), Float32Array.of(drawn(2)[9], 1, 2, drawn(2)[12]));
  if (process.platform !== 'win32') assert.deepEqual(readdirSync(folder), []);
  scratch.dispose();
  assert.throws(() => second.read(0, 1), /closed/);
});

test('a folder that cannot be written is one sentence', () => {
  const scratch = new Scratch(join(tmpdir(), 'landscape-no-such-folder'));
  assert.equal(scratch.room, 0);
  assert.throws(
    () => scratch.store(Float32Array.of(1)),
    (error: Error) => error instanceof UserError && /make room there/.test(error.message),
  );
});
