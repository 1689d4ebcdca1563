import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  availableMemory,
  checkMemory,
  lanesThatFit,
} from '../../../src/objective/evaluation/available-memory';

test('memory that is not there is refused in a sentence that says how much', () => {
  checkMemory(1e9, 'This', 2e9);
  assert.throws(() => checkMemory(19.6e9, 'This network', 12.4e9), {
    name: 'UserError',
    message: 'This network needs about 20 GB of memory, and 12 GB are free: use a smaller network or input.',
  });
});

test('as many lanes as have room', () => {
  assert.equal(lanesThatFit(1e9, 0, 1, 3.5e9), 3);
  assert.equal(lanesThatFit(1e9, 0.5e9, 5, 3.5e9), 1);
  assert.equal(lanesThatFit(1e9, 1e9, 5, 3.5e9), 1);
  assert.throws(() => lanesThatFit(4e9, 0, 1, 3.5e9), /a single row of these data needs about 4\.0 GB/);
  assert.ok(availableMemory() > 0);
});
