import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateOverRows } from '../../../src/analysis/sampling';
import { mean } from '../../../src/analysis/statistics';
import { random } from '../../../src/core/random';
import { assertClose } from './operators';

test('the mean of rows with its standard error', () => {
  const { value, standardError } = estimateOverRows([1, 2, 3, 4]);
  assert.equal(value, 2.5);
  assertClose(standardError!, Math.sqrt(5 / 3 / 4), 1e-14);
  assert.equal(estimateOverRows(Float64Array.of(2, 2, 2)).standardError, 0);
});

test('one row has no error, and says why; no row and impossible populations are refused', () => {
  const one = estimateOverRows([7]);
  assert.deepEqual([one.value, one.standardError], [7, null]);
  assert.match(one.reason!, /One row/);
  assert.throws(() => estimateOverRows([]), RangeError);
  assert.throws(() => estimateOverRows([1, 2], 1), RangeError);
});

test('drawn without replacement: the error is that of the draw, down to none', () => {
  const source = random(3);
  const file = Array.from({ length: 40 }, () => source.normal() ** 2);
  const truth = mean(file);
  assert.equal(estimateOverRows(file, 40).standardError, 0);
  assert.equal(estimateOverRows([7], 1).standardError, 0);
  let squaredErrors = 0;
  let squaredEstimates = 0;
  for (let draw = 0; draw < 2000; draw++) {
    const pool = [...file];
    const rows = Array.from(
      { length: 25 },
      () => pool.splice(Math.floor(source.uniform() * pool.length), 1)[0],
    );
    const { value, standardError } = estimateOverRows(rows, 40);
    squaredErrors += (value - truth) ** 2;
    squaredEstimates += standardError! ** 2;
  }
  assertClose(squaredEstimates / squaredErrors, 1, 0.1);
});
