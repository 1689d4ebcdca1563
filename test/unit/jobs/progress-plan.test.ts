import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressPlan } from '../../../src/jobs/context/progress-plan';
import type { Progress } from '../../../src/contract/progress';

const stages = [
  { name: 'first', work: 10, weight: 1 },
  { name: 'second', work: 4, weight: 3 },
];

function planned(): { plan: ProgressPlan; heard: Progress[] } {
  const heard: Progress[] = [];
  return { plan: new ProgressPlan(stages, (progress) => heard.push(progress)), heard };
}

test('stages count by their weight, whatever they count themselves', () => {
  const { plan, heard } = planned();
  plan.enter('first');
  plan.advance(5);
  assert.equal(heard.at(-1)!.fraction, 1 / 8);
  plan.enter('second');
  plan.advance(2);
  assert.equal(heard.at(-1)!.fraction, 1 / 4 + 3 / 8);
});

test('a stage that turns out longer makes the rest longer, and the fraction never goes back', () => {
  const { plan, heard } = planned();
  plan.enter('first');
  plan.enter('second');
  plan.advance(2);
  plan.expect(12);
  plan.advance(3);
  assert.equal(heard.at(-1)!.fraction, 5 / 8);
  plan.advance(9);
  assert.equal(heard.at(-1)!.fraction, (1 + 0.75 * 9) / 10);
});

test('what the whole takes is said once', () => {
  const { plan, heard } = planned();
  plan.enter('first');
  plan.announce({ seconds: 9, count: 120, unit: 'Hessian-vector products' });
  plan.announce({ seconds: 7, count: 100, unit: 'Hessian-vector products' });
  assert.deepEqual(
    heard.flatMap(({ estimate }) => estimate ?? []),
    [{ seconds: 9, count: 120, unit: 'Hessian-vector products' }],
  );
});
