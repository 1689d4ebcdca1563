import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judged } from './judge';

/** The first of 2,000; all of them in about a minute of processor time with LANDSCAPE_JUDGED=2000. */
const OPERATORS = Number(process.env.LANDSCAPE_JUDGED ?? 1000);

test(`${OPERATORS} operators of every shape: no eigenvalue that has converged is off by more than twice its bound`, async () => {
  let [values, converged] = [0, 0];
  for (let seed = 0; seed < OPERATORS; seed++) {
    const verdict = await judged(seed);
    assert.deepEqual(verdict.mistakes, [], verdict.what);
    values += verdict.values;
    converged += verdict.converged;
  }
  // A judge before whom nothing converges has nothing to say.
  assert.ok(converged > 0.9 * values, `${converged} of ${values} converged`);
});
