import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largest } from '../../../src/analysis/spectrum/largest';
import { smallest } from '../../../src/analysis/spectrum/smallest';
import { assertClose, diagonal, inFloat32, rotated, trainedSpectra } from './operators';

test('trained networks: the two smallest, continued from the space of the largest', async () => {
  for (const { name, values } of trainedSpectra) {
    const matrix = rotated(values);
    const top = await largest(matrix, { count: 5, seed: 1 });
    const { pairs, products, complete } = await smallest(matrix, { count: 2, seed: 1, space: top.space });
    assert.equal(products, matrix.products - top.products);
    assert.ok(complete && products <= 110, `${name}: ${products} products`);
    for (const [i, pair] of pairs.entries()) {
      assertClose(pair.value, values[values.length - 1 - i], 2e-5, `${name}, value ${i}`);
      assert.ok(pair.converged);
    }
  }
});

test('several recurrences share one call, until the question that one start asks', async () => {
  const matrix = diagonal(Array.from({ length: 60 }, (_, i) => i - 5.5));
  const { products } = await smallest(matrix, { count: 3 });
  assert.equal(matrix.products, products);
  assert.ok(matrix.calls < 0.6 * products, `${matrix.calls} calls for ${products} products`);
});

test('a multiple smallest eigenvalue is seen as often as it is wanted', async () => {
  const values = [...Array.from({ length: 80 }, (_, i) => 0.1 * i), -2, -2, -2];
  for (let seed = 0; seed < 20; seed++) {
    const matrix = rotated(values, seed);
    const { space } = await largest(matrix, { count: 2, seed });
    const { pairs } = await smallest(matrix, { count: 3, seed, space });
    for (const pair of pairs) {
      assertClose(pair.value, -2, 1e-5);
      assert.ok(pair.converged);
    }
  }
});

test('a singular matrix: zero is found to the floor, as zero', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'mlp-tanh-moons')!;
  const positive = values.map((value) => Math.max(value, 0));
  const { pairs } = await smallest(inFloat32(rotated(positive)), { count: 2 });
  for (const pair of pairs) {
    assert.ok(Math.abs(pair.value) < 1e-6 * values[0]);
    assert.ok(pair.converged);
  }
});

test('tiny and constant matrices', async () => {
  for (const values of [[1], [1, -1], [3, 2, 1], [0, 0, 0, 0]]) {
    const { pairs } = await smallest(diagonal(values), { count: 2 });
    const expected = [...values].sort((a, b) => a - b).slice(0, 2);
    assert.equal(pairs.length, expected.length);
    pairs.forEach((pair, i) => assert.ok(Math.abs(pair.value - expected[i]) < 1e-12 && pair.converged));
  }
});

test('short memory: restarts keep the other end, and the values are the same', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'cnn-digits')!;
  const memory = 8 * values.length * 40;
  const top = await largest(rotated(values), { count: 5, seed: 1, memory });
  const options = { count: 2, seed: 1, space: top.space, keepLargest: 5, memory };
  const { pairs, space } = await smallest(rotated(values), options);
  assert.ok(space.size <= 40);
  pairs.forEach((pair, i) => assertClose(pair.value, values[values.length - 1 - i], 1e-4));
  const ritz = space.ritz();
  for (let i = 0; i < 5; i++) assertClose(ritz.values[space.size - 1 - i], values[i], 1e-5);
});

test('out of products: marked not converged, and at least the truth', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'mlp-digits')!;
  const { pairs, complete } = await smallest(rotated(values), { count: 2, maxProducts: 30 });
  assert.equal(complete, false);
  assert.ok(pairs.every((pair) => !pair.converged && pair.value >= values.at(-1)!));
});
