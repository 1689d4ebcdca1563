import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strips } from '../../../webview/grid';

test('columns that do not fit go on in further tables, each in its place', () => {
  assert.deepEqual(strips([50, 50, 50, 50], 120), [
    [0, 1],
    [2, 3],
  ]);
  assert.deepEqual(strips([50, 50], 120), [[0, 1]]);
  assert.deepEqual(strips([], 120), []);
});

test('a column wider than there is room stands alone', () => {
  assert.deepEqual(strips([50, 300, 50], 120), [[0], [1], [2]]);
});
