import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heatOf } from '../../../webview/heat';

const column = (values: readonly (number | undefined)[], error: number | null = null) =>
  values.map((value) => (value === undefined ? undefined : { value, standardError: error }));

test('shades go by rank over decades, and equal values share one', () => {
  assert.deepEqual(heatOf(column([1, 10, 100, 1e4, 1e9])), [0, 1, 2, 3, 4]);
  assert.deepEqual(heatOf(column([5, 4, 3, 2, 1, 1])), [4, 4, 3, 2, 0, 0]);
  assert.deepEqual(heatOf(column([1, undefined, 2, 3, NaN, 4, 5])), [0, undefined, 1, 2, undefined, 3, 4]);
});

test('few values have no shades, and neither has what lies within its errors', () => {
  assert.deepEqual(heatOf(column([1, 2, 3, 4])), [undefined, undefined, undefined, undefined]);
  assert.ok(heatOf(column([1, 1, 2, 2, 3, 3])).every((shade) => shade === undefined));
  assert.ok(heatOf(column([1, 2, 3, 4, 5], 2)).every((shade) => shade === undefined));
  assert.deepEqual(heatOf(column([1, 2, 3, 4, 5], 1)), [0, 1, 2, 3, 4]);
  assert.deepEqual(heatOf([]), []);
});
