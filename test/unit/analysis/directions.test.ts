import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterNormalizedDirection } from '../../../src/analysis/slices/directions';
import { norm } from '../../../src/core/vectors';
import { random } from '../../../src/core/random';
import { assertClose, normals } from './operators';

const tensors = [
  { shape: [3, 3, 2, 4], offset: 0, length: 72, role: 'kernel', filterAxis: 3 },
  { shape: [4], offset: 72, length: 4, role: 'bias' },
  { shape: [4], offset: 76, length: 4, role: 'norm' },
  { shape: [5, 6], offset: 80, length: 30, role: 'kernel', filterAxis: 0 },
  { shape: [3, 2], offset: 110, length: 6, role: 'embedding' },
];
const parameters = normals(116, random(1));

const pick = (vector: Float64Array, indices: number[]) => norm(Float64Array.from(indices, (i) => vector[i]));
const where = (length: number, keep: (i: number) => boolean) => [...Array(length).keys()].filter(keep);

test('every filter of the direction has the norm of the filter of the weights', () => {
  const direction = filterNormalizedDirection(parameters, tensors, 7);
  for (let filter = 0; filter < 4; filter++) {
    const indices = where(72, (i) => i % 4 === filter);
    assertClose(pick(direction, indices), pick(parameters, indices), 1e-12);
  }
  for (let filter = 0; filter < 5; filter++) {
    const indices = where(116, (i) => i >= 80 + 6 * filter && i < 86 + 6 * filter);
    assertClose(pick(direction, indices), pick(parameters, indices), 1e-12);
  }
  const whole = where(116, (i) => i >= 110);
  assertClose(pick(direction, whole), pick(parameters, whole), 1e-12);
});

test('biases and norm parameters do not move; a filter of zeros neither', () => {
  const dead = parameters.slice();
  for (let i = 2; i < 72; i += 4) dead[i] = 0;
  const direction = filterNormalizedDirection(dead, tensors, 7);
  assert.ok(direction.subarray(72, 80).every((value) => value === 0));
  assert.ok(where(72, (i) => i % 4 === 2).every((i) => direction[i] === 0));
  assert.ok(direction.every(Number.isFinite));
});

test('rescaling a filter rescales its part of the direction, so slices see the same network', () => {
  const scaled = parameters.slice();
  for (let i = 1; i < 72; i += 4) scaled[i] *= 10;
  const one = filterNormalizedDirection(parameters, tensors, 7);
  const other = filterNormalizedDirection(scaled, tensors, 7);
  one.forEach((value, i) => assert.ok(Math.abs(other[i] - value * (i < 72 && i % 4 === 1 ? 10 : 1)) < 1e-12));
});

test('seed and index decide the direction', () => {
  const direction = (seed: number, index: number) =>
    filterNormalizedDirection(parameters, tensors, seed, index);
  assert.deepEqual(direction(1, 0), direction(1, 0));
  assert.notDeepEqual(direction(1, 0), direction(1, 1));
  assert.notDeepEqual(direction(1, 0), direction(2, 0));
});
