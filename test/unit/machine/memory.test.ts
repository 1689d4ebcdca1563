import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availableMemory, checkAddressLimit, checkMemory } from '../../../src/machine/memory';

test('memory that is not there is refused in a sentence that says how much', () => {
  checkMemory(1e9, 'This', undefined, 2e9);
  assert.throws(() => checkMemory(19.6e9, 'This network', undefined, 12.4e9), {
    name: 'UserError',
    message: 'This network needs about 20 GB of memory, and 12 GB are free: use a smaller network or input.',
  });
  assert.ok(availableMemory() > 0);
  checkAddressLimit(Infinity);
  assert.throws(() => checkAddressLimit(1e9), /^UserError: Landscape needs about 1\.2 GB of memory to start/);
});
