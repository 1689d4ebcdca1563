import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renumbered } from '../../../src/core/renumbered';

const pairs = (first: string[], other: string[]) => {
  const found = renumbered(first, other);
  return found && Object.fromEntries(found);
};

test('names that differ only by numbers of Keras go by their rank', () => {
  assert.deepEqual(pairs(['dense/kernel', 'dense_1/kernel'], ['dense_9/kernel', 'dense_10/kernel']), {
    'dense/kernel': 'dense_9/kernel',
    'dense_1/kernel': 'dense_10/kernel',
  });
  // Some numbers are in both, and stand for other layers.
  assert.deepEqual(pairs(['dense_1', 'dense_2'], ['dense_2', 'dense_3']), {
    dense_1: 'dense_2',
    dense_2: 'dense_3',
  });
});

test('names that are the same, more, or others are left as they stand', () => {
  assert.equal(pairs(['dense_1', 'dense_2'], ['dense_2', 'dense_1']), undefined);
  assert.equal(pairs(['dense_1'], ['dense_2', 'dense_3']), undefined);
  assert.equal(pairs(['dense_1', 'conv_1'], ['dense_2', 'dense_3']), undefined);
  assert.equal(pairs(['encoder'], ['decoder']), undefined);
});
