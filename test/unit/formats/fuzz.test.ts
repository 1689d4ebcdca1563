import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '../../fuzz/run';

/** A share of what `npm run fuzz` does, with seeds of its own. */
const CASES = 420;

test('damaged files are refused or read, quickly, in little memory, and never other than they say', async () => {
  const { wrong } = await fuzz(CASES, 700_000);
  assert.deepEqual(wrong, []);
});

/** Cases that were errors of a program once: layers called without inputs, and a list of measures that holds objects. */
for (const place of [281, 382, 8837, 1020])
  test(`case ${place}, which once was an error of our own`, async () => {
    const { wrong } = await fuzz(1, 7, undefined, place);
    assert.deepEqual(wrong, []);
  });
