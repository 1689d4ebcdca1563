import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noisyLabels, splitValidation } from '../../../src/training/row-draws';

const rows = Int32Array.from({ length: 100 }, (_, i) => 3 * i);

test('validation rows are a share of the rows, drawn by the seed, and never trained on', () => {
  const { rows: kept, validation } = splitValidation(rows, 0.25, 7);
  assert.equal(validation.length, 25);
  assert.deepEqual(
    [...kept, ...validation].sort((a, b) => a - b),
    Array.from(rows),
  );
  assert.deepEqual(splitValidation(rows, 0.25, 7).validation, validation);
  assert.notDeepEqual(splitValidation(rows, 0.25, 8).validation, validation);
  assert.equal(splitValidation(rows, 0.001, 7).validation.length, 1);
  assert.equal(splitValidation(rows, 0.999, 7).rows.length, 1);
});

test('label noise replaces exactly its share, by other classes alone, each as likely', () => {
  const labels = { shape: [], data: Int32Array.from({ length: 30000 }, (_, i) => i % 10) };
  const all = Int32Array.from({ length: 30000 }, (_, i) => i);
  const half = all.subarray(0, 20000);
  const { labels: noisy, replaced } = noisyLabels(labels, half, { share: 0.3, classes: 10, seed: 1 });
  assert.equal(replaced, 6000);
  const shifts = new Array<number>(10).fill(0);
  for (let i = 0; i < 30000; i++) shifts[(noisy.data[i] - labels.data[i] + 10) % 10]++;
  assert.equal(shifts[0], 24000);
  // 6000 over nine other classes: 667 each, give or take five deviations of 24.
  for (const count of shifts.slice(1)) assert.ok(Math.abs(count - 6000 / 9) < 120, String(shifts));
  assert.deepEqual(Array.from(noisy.data).slice(20000), Array.from(labels.data).slice(20000));
});

test('one-hot labels stay one-hot under noise', () => {
  const labels = { shape: [4], data: Float64Array.from({ length: 400 }, (_, i) => (i % 4 === 1 ? 1 : 0)) };
  const all = Int32Array.from({ length: 100 }, (_, i) => i);
  const { labels: noisy } = noisyLabels(labels, all, { share: 0.5, classes: 4, seed: 1 });
  let changed = 0;
  for (let row = 0; row < 100; row++) {
    const own = Array.from({ length: 4 }, (_, i) => noisy.data[4 * row + i]);
    assert.equal(
      own.reduce((a, b) => a + b),
      1,
    );
    changed += own[1] === 1 ? 0 : 1;
  }
  assert.equal(changed, 50);
});
