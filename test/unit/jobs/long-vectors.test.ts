import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradientPromise } from '../../../src/analysis/gradient-promise';
import { largest } from '../../../src/analysis/spectrum/largest';
import { trace } from '../../../src/analysis/spectrum/trace';
import { isStored } from '../../../src/core/long-vector';
import { firstProducts } from '../../../src/jobs/analyze/first-products';
import { operatorAt } from '../../../src/jobs/analyze/operator-at';
import { heldAgainstRounding } from '../../../src/jobs/analyze/rounding';
import { selfCheck } from '../../../src/jobs/analyze/self-check';
import { type Objective } from '../../../src/objective/evaluation/objective';
import { Resting } from '../../../src/objective/evaluation/resting';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';
import { random } from '../../../src/core/random';

async function smallObjective(): Promise<Objective> {
  const stream = random(1, 5);
  const rows = 12;
  const inputs = Float64Array.from({ length: 4 * rows }, () => stream.normal());
  const targets = Float64Array.from({ length: rows }, () => stream.normal());
  return objectiveOf(denseModel([4, 6, 1]), rowsOf(inputs, 4, targets, [1]), 'mean-squared-error');
}

/** The same objective, all of whose vectors rest in a file, as those of a network of a hundred million do. */
function withResting(objective: Objective, resting: Resting): Objective {
  return Object.defineProperty(Object.create(objective) as Objective, 'resting', { value: resting });
}

/** Eigenvalue, trace, checks and promise of an objective. */
async function figures(objective: Objective) {
  const point = objective.origin;
  const { gradient } = await objective.gradient(point);
  const asked = { objective, operator: 'hessian', point, gradient: objective.resting.put(gradient) } as const;
  const first = await firstProducts(asked, { seed: 1, passes: true });
  const operator = operatorAt(objective, point, 'hessian');
  const found = await largest(operator, { count: 2, seed: 1, start: first.start, fresh: first.fresh });
  const signal = new AbortController().signal;
  const held = await heldAgainstRounding(objective, {
    ...{ operator: 'hessian', point, pairs: found.pairs, probe: found.probe, seed: 1, signal },
  });
  const checks = await selfCheck(asked, first);
  return {
    first,
    found,
    held,
    failed: checks.filter(({ passed }) => !passed).map(({ id }) => id),
    trace: await trace(operator, { space: found.space, seed: 1 }),
    promise: await gradientPromise(operator, asked.gradient, {
      ...{ flattest: 1e-6, negligible: 1e-9, products: 8, space: found.space },
    }),
  };
}

test('figures of vectors that rest in a file are those of vectors in memory', async (t) => {
  const objective = await smallObjective();
  const resting = new Resting(0);
  t.after(() => {
    resting.dispose();
    objective.dispose();
  });
  const plain = await figures(objective);
  const rested = await figures(withResting(objective, resting));
  const { random, again, slopes, four } = rested.first;
  const multiplied = [random, slopes].flatMap(({ vector, product }) => [vector, product]);
  assert.ok([...multiplied, again, ...four!.vectors, ...four!.first].every(isStored));
  assert.ok(isStored(rested.found.probe!.vector) && isStored(rested.found.probe!.product));
  assert.ok(rested.found.space.vectors.every(isStored));
  assert.ok(!isStored(plain.first.random.product) && !plain.found.space.vectors.some(isStored));
  const close = (a: number, b: number, tolerance = 1e-5) =>
    assert.ok(Math.abs(a - b) <= tolerance * Math.abs(b), `${a} for ${b}`);
  plain.found.pairs.forEach(({ value }, i) => close(rested.found.pairs[i].value, value));
  close(rested.first.atLeast, plain.first.atLeast);
  close(rested.trace.value, plain.trace.value);
  close(rested.promise.value, plain.promise.value, 1e-3);
  assert.equal(rested.promise.end, plain.promise.end);
  assert.deepEqual(plain.failed, []);
  assert.deepEqual(rested.failed, []);
  assert.ok(rested.held.pairs.every(({ converged }) => converged));
});
