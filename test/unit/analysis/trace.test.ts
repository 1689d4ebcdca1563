import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dot, norm, orthogonalize, scale } from '../../../src/core/vectors';
import type { LongVector } from '../../../src/core/long-vector';
import { KrylovSpace } from '../../../src/analysis/spectrum/krylov-space';
import { largest } from '../../../src/analysis/spectrum/largest';
import { trace } from '../../../src/analysis/spectrum/trace';
import { mean, variance } from '../../../src/analysis/statistics';
import { random } from '../../../src/core/random';
import {
  assertClose,
  dense,
  diagonal,
  normals,
  randomSymmetric,
  rotated,
  sum,
  trainedSpectra,
} from './operators';

test('a space that spans everything gives every trace exactly, without a probe', async () => {
  for (const size of [1, 2, 3, 12]) {
    const rows = randomSymmetric(size, size);
    const blocks = rows.map((_, offset) => ({ offset, length: 1 }));
    for (const prepared of [false, true]) {
      const space = prepared ? (await largest(dense(rows), { count: 2 })).space : undefined;
      const result = await trace(dense(rows), { space, blocks });
      const exact = sum(rows.map((row, i) => row[i]));
      assert.ok(Math.abs(result.value - exact) < 1e-12);
      assert.deepEqual([result.standardError, result.probes], [0, 0]);
      result.blocks.forEach((block, i) => assert.ok(Math.abs(block.value - rows[i][i]) < 1e-12));
    }
  }
  const zero = await trace(diagonal([0, 0, 0, 0]));
  assert.deepEqual([zero.value, zero.standardError], [0, 0]);
});

test('the identity and the zero matrix of many dimensions: no variance', async () => {
  for (const value of [0, 1]) {
    const result = await trace(diagonal(new Array<number>(200).fill(value)));
    assertClose(result.value, 200 * value, 1e-12);
    assert.ok(result.standardError < 1e-10);
    assert.equal(result.probes, 16);
  }
});

test('trained networks: within 1 % in 16 to 28 probes, and the error is honest', async () => {
  let far = 0;
  let runs = 0;
  for (const { name, values } of trainedSpectra.filter((spectrum) => spectrum.values.length > 10)) {
    const exact = sum(values);
    for (let seed = 0; seed < 8; seed++) {
      const matrix = rotated(values, seed);
      const { space } = await largest(matrix, { count: 5, seed });
      const result = await trace(matrix, { space, seed });
      assert.ok(result.standardError <= 0.01 * exact && result.probes <= 28, name);
      assert.ok(Math.abs(result.value - exact) < 5 * result.standardError, name);
      if (Math.abs(result.value - exact) > 2 * result.standardError) far++;
      runs++;
    }
  }
  assert.ok(far / runs <= 0.12, `${far} of ${runs} beyond two standard errors`);
});

test('traces of blocks: unbiased, honest, adding up, with nothing but the products of the trace', async () => {
  const size = 60;
  const base = randomSymmetric(size, 3);
  const rows = base.map((row, i) =>
    row.map((_, j) => sum(base.map((other, k) => other[i] * base[k][j])) / size),
  );
  const blocks = [
    { offset: 0, length: 1 },
    { offset: 1, length: 29 },
    { offset: 30, length: 30 },
  ];
  const exact = blocks.map(({ offset, length }) =>
    sum(rows.slice(offset, offset + length).map((row, i) => row[offset + i])),
  );
  const scores: number[][] = blocks.map(() => []);
  for (let seed = 0; seed < 200; seed++) {
    const matrix = dense(rows);
    const { space } = await largest(matrix, { count: 2, seed });
    const before = matrix.products;
    const result = await trace(matrix, { space, blocks, seed });
    assert.equal(matrix.products - before, result.probes);
    assertClose(sum(result.blocks.map((block) => block.value)), result.value, 1e-10);
    result.blocks.forEach((block, b) => scores[b].push((block.value - exact[b]) / block.standardError));
  }
  for (const own of scores) {
    assert.ok(Math.abs(mean(own)) < 3 * Math.sqrt(variance(own) / own.length), `mean score ${mean(own)}`);
    const far = own.filter((score) => Math.abs(score) > 2).length / own.length;
    assert.ok(far > 0.01 && far < 0.12, `${far} beyond two standard errors`);
  }
});

test('what couples the space to the rest counts for the block it lies in', async () => {
  const size = 40;
  const a = normals(size, random(1));
  const b = normals(size, random(2));
  scale(a, 1 / norm(a));
  scale(b, 1 / orthogonalize(b, [a]));
  // ab' + ba': from the start a the space knows all of it, and only by the coupling of a to b.
  const rows = Array.from(a, (_, i) => a.map((entry, j) => entry * b[i] + a[i] * b[j]));
  const space = new KrylovSpace(size);
  const start = space.begin(a)!;
  space.extend(start, (await dense(rows).apply([a]))[0]);
  const result = await trace(dense(rows), { space, blocks: [{ offset: 3, length: 20 }] });
  const exact = 2 * dot(a, b, 3, 23);
  assert.ok(Math.abs(exact) > 1e-2);
  assert.ok(Math.abs(result.blocks[0].value - exact) < 1e-12 && result.blocks[0].standardError < 1e-12);
});

test('probes end at the limit when the trace cancels; batches share a call; the same seed repeats', async () => {
  const values = Array.from({ length: 100 }, (_, i) => (i % 2 ? 1 : -1) * (1 + i / 50));
  const matrix = rotated(values);
  const result = await trace(matrix, { maxProbes: 18, batch: 4, seed: 2 });
  assert.equal(result.probes, 18);
  assert.equal(matrix.calls, 5);
  assert.ok(result.standardError > 0.01 * Math.abs(result.value));
  assert.deepEqual(await trace(rotated(values), { maxProbes: 18, batch: 4, seed: 2 }), result);
  const alone = await trace(rotated(values), { maxProbes: 18, batch: 1, seed: 2 });
  assertClose(alone.value, result.value, 1e-12);
});

test('where forms cost less than products the trace is the same by them, unless blocks are wanted', async () => {
  const values = Array.from({ length: 100 }, (_, i) => 3 / (1 + i));
  const matrix = rotated(values);
  const { space } = await largest(matrix, { count: 3, seed: 4 });
  const usual = await trace(matrix, { space, seed: 4 });
  const before = matrix.products;
  let asked = 0;
  const forms = async (vectors: readonly LongVector[]) => {
    asked += vectors.length;
    const products = await rotated(values).apply(vectors);
    return products.map((product, i) => dot(vectors[i], product));
  };
  const found = await trace({ ...matrix, forms }, { space, seed: 4 });
  assertClose(found.value, usual.value, 1e-12);
  assert.deepEqual([asked, matrix.products], [usual.probes, before]);
  const notFinite = { ...matrix, forms: () => Promise.resolve([NaN, 1, 1, 1]) };
  await assert.rejects(trace(notFinite, { space }), /not finite/);
  const blocks = [{ offset: 0, length: 9 }];
  assert.ok(Number.isFinite((await trace(notFinite, { space, blocks })).blocks[0].value));
});
