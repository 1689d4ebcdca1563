import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateLine } from '../../../src/cli/progress-bar';

test('what a job will take, in one line', () => {
  assert.equal(
    estimateLine({ seconds: 190.4, count: 1480, unit: 'Hessian-vector products' }),
    'About 3 min 10 s for 1,480 Hessian-vector products.',
  );
  assert.equal(estimateLine({ seconds: 0.2, count: 41, unit: 'points' }), 'About 1 s for 41 points.');
});
