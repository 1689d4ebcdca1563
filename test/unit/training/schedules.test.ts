import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { scheduleSchema } from '../../../src/contract/run-file';
import { createSchedule } from '../../../src/training/schedules/create';
import { corpus } from '../../support/corpus';

interface Case {
  readonly settings: { readonly name: string };
  readonly rates: readonly number[];
  readonly losses?: readonly number[];
  readonly warmupSteps?: number;
  readonly tolerance?: number;
}

const { facts, cases } = JSON.parse(readFileSync(corpus('training', 'schedules.json'), 'utf8')) as {
  facts: { learningRate: number; stepsPerEpoch: number; totalSteps: number };
  cases: Case[];
};

/** The rates of a run, which is cut off and taken up again after each epoch where `resumed`. */
function ratesOf({ settings, losses, warmupSteps = 0 }: Case, resumed: boolean): number[] {
  const open = () => createSchedule(scheduleSchema.parse(settings), { ...facts, warmupSteps });
  let schedule = open();
  return Array.from({ length: facts.totalSteps }, (_, step) => {
    const rate = schedule.rate(step);
    if ((step + 1) % facts.stepsPerEpoch === 0) {
      schedule.observe(losses?.[Math.floor(step / facts.stepsPerEpoch)] ?? 1);
      if (resumed) {
        const state = JSON.parse(JSON.stringify(schedule.state())) as ReturnType<typeof schedule.state>;
        schedule = open();
        schedule.restore(state);
      }
    }
    return rate;
  });
}

void describe('the rates of PyTorch and Keras, step by step', () => {
  for (const one of cases)
    void it(JSON.stringify({ ...one.settings, warmupSteps: one.warmupSteps }), () => {
      for (const resumed of [false, true])
        for (const [step, rate] of ratesOf(one, resumed).entries()) {
          const error = Math.abs(rate - one.rates[step]) / facts.learningRate;
          assert.ok(
            error <= (one.tolerance ?? 1e-12),
            `step ${step} has ${rate} instead of ${one.rates[step]}`,
          );
        }
    });
});

void describe('warm-up', () => {
  const rates = (settings: unknown, warmupSteps: number) => {
    const parsed = settings === undefined ? undefined : scheduleSchema.parse(settings);
    const schedule = createSchedule(parsed, { ...facts, warmupSteps });
    return (step: number) => schedule.rate(step);
  };
  void it('is a straight line from 0 to the rate', () => {
    const rate = rates(undefined, 20);
    for (const step of [0, 1, 7, 19]) assert.ok(Math.abs(rate(step) - (0.3 * step) / 20) < 1e-15);
    assert.equal(rate(20), 0.3);
    assert.equal(rate(80), 0.3);
  });
  void it('leaves the epochs that a schedule names where they are', () => {
    const rate = rates({ name: 'multi-step', atEpochs: [3], factor: 0.1 }, 10);
    assert.equal(rate(20), 0.3);
    assert.ok(Math.abs(rate(21) - 0.03) < 1e-15);
  });
});
