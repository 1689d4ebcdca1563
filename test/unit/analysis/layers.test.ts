import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricEigen } from '../../../src/analysis/linear-algebra/symmetric-eigen';
import { layerLargest, type LayerLargest } from '../../../src/analysis/spectrum/layers';
import { CancelledError } from '../../../src/core/errors';
import { addScaled, dot, norm, scale } from '../../../src/core/vectors';
import { gaussian, streams } from '../../../src/analysis/spectrum/probes';
import { assertClose, dense, diagonal, randomSymmetric, sum } from './operators';

const size = 70;
const base = randomSymmetric(size, 4);
const rows = base.map((row) => row.map((_, j) => sum(row.map((entry, k) => (entry * base[k][j]) / (1 + k)))));
const blocks = [1, 2, 5, 30, 10, 22].map((length, i, lengths) => ({
  offset: sum(lengths.slice(0, i)),
  length,
}));

test('each block has the largest eigenvalue of its own matrix', async () => {
  const matrix = dense(rows);
  const done: number[] = [];
  const results = await layerLargest(matrix, blocks, { seed: 1, onValue: (index) => done.push(index) });
  results.forEach((result, b) => {
    const { offset, length } = blocks[b];
    const block = rows.slice(offset, offset + length).map((row) => row.slice(offset, offset + length));
    assertClose(result.value, symmetricEigen(block).values[length - 1], 2e-5, `block ${b}`);
    assert.ok(result.converged && result.residual <= 1e-3 * Math.abs(result.value));
    assert.ok(result.products <= length + 1);
  });
  assert.equal(sum(results.map((result) => result.products)), matrix.products);
  assert.deepEqual(
    done.sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5],
  );
});

test('blocks in lockstep give the digits of blocks one by one, in fewer calls', async () => {
  const run = async (lanes: number): Promise<[LayerLargest[], number]> => {
    const matrix = dense(rows);
    return [await layerLargest(matrix, blocks, { seed: 2, lanes }), matrix.calls];
  };
  const [alone, callsAlone] = await run(1);
  const [together, callsTogether] = await run(4);
  assert.deepEqual(together, alone);
  assert.ok(callsTogether < 0.5 * callsAlone);
});

test('blocks that do not act at all, or only negatively, converge to what they are', async () => {
  const matrix = diagonal([0, 0, 0, -1, -2, -3, 1e-12, 5]);
  const results = await layerLargest(matrix, [
    { offset: 0, length: 3 },
    { offset: 3, length: 3 },
    { offset: 6, length: 1 },
  ]);
  assert.deepEqual(
    results.map((result) => result.converged),
    [true, true, true],
  );
  [0, -1, 1e-12].forEach((value, i) => assert.ok(Math.abs(results[i].value - value) < 1e-9));
  assert.deepEqual(await layerLargest(matrix, []), []);
});

test('out of products: marked; cancelled: stopped', async () => {
  const flat = diagonal(Array.from({ length: 200 }, (_, i) => 1 + i / 1000));
  const [cut] = await layerLargest(flat, [{ offset: 0, length: 200 }], { maxProducts: 5 });
  // And one more, which measures the rounding of all.
  assert.deepEqual([cut.converged, cut.products], [false, 6]);
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  await assert.rejects(layerLargest(flat, blocks, { signal: controller.signal, onProgress }), CancelledError);
});

test('an eigenvector of which the start has nothing is found', async () => {
  const missed = gaussian(30, 0, streams.largest + 9);
  const start = gaussian(30, 0, streams.largest);
  addScaled(missed, -dot(missed, start) / dot(start, start), start);
  scale(missed, 1 / norm(missed));
  const rows = Array.from({ length: 30 }, (_, i) =>
    Array.from({ length: 30 }, (_unused, j) => 10 * missed[i] * missed[j] + (i === j ? 1 : 0)),
  );
  const [found] = await layerLargest(dense(rows), [{ offset: 0, length: 30 }]);
  assertClose(found.value, 11, 1e-9, 'value');
});
