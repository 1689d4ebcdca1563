import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '../../fuzz/run';

/** A share of what `npm run fuzz` does, with seeds of its own. */
const CASES = 420;

test('damaged files are refused or read, quickly, in little memory, and never other than they say', async () => {
  const { wrong } = await fuzz(CASES, 700_000);
  assert.deepEqual(wrong, []);
});
