import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Model } from '../../../../src/network/model';
import { createOptimizer } from '../../../../src/training/optimizers/create';
import { denseModel, rowsOf } from '../../../support/dense-model';
import { batchNormed, byHand, trackerOf } from './batch-normed';
import { POINTS, TARGETS, UNITS, glorotBatchNormed, glorotStart, gradientByHand } from './chebyshev';

const STEPS = 12_000;
/** Batch norm makes hidden units large: with 100 the start is beyond the edge and diverges. */
const NORMED_UNITS = 16;
const LAST = 2_000;
/** Odd: iterates at the edge bounce from side to side, and both sides count. */
const EVERY = 97;

interface Case {
  readonly model: Model;
  readonly start: Float64Array;
  readonly gradient: (theta: Float64Array) => Float64Array;
  readonly rate: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly line: number;
}

/** Descent written out by hand, its sharpness measured along the last steps: its mean is on the line within 3 %. */
async function settles(
  context: TestContext,
  { model, start, gradient, rate, momentum = 0, nesterov = false, line }: Case,
) {
  const optimizer = { name: 'sgd', ...(momentum > 0 ? { momentum, nesterov } : {}) };
  const tracker = await trackerOf(model, rowsOf(POINTS, 1, TARGETS, [1]), { optimizer });
  const theta = start.slice();
  const velocity = new Float64Array(theta.length);
  const state = new Float64Array(2 * NORMED_UNITS);
  const measured: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const slope = gradient(theta);
    for (let i = 0; i < theta.length; i++) {
      velocity[i] = momentum * velocity[i] - rate * slope[i];
      theta[i] += nesterov ? momentum * velocity[i] - rate * slope[i] : velocity[i];
    }
    if (step <= STEPS - LAST || step % EVERY !== 0) continue;
    const { largest, threshold } = await tracker.measure({
      theta,
      state,
      slots: {},
      step,
      learningRate: rate,
    });
    measured.push(largest[0]);
    assert.ok(Math.abs(threshold! - line) < 1e-9, `the line is ${threshold}, not ${line}`);
  }
  tracker.dispose();
  const mean = measured.reduce((sum, value) => sum + value, 0) / measured.length;
  context.diagnostic(`the sharpness settles at ${mean.toFixed(3)}, the line is ${line}`);
  assert.ok(Math.abs(mean / line - 1) < 0.03, `the sharpness settles at ${mean}, not ${line}`);
}

const plain = { model: denseModel([1, UNITS, 1]), start: glorotStart(1), gradient: gradientByHand };

test('gradient descent at rate .2 settles at 2/eta', (t) => settles(t, { ...plain, rate: 0.2, line: 10 }));

test('gradient descent at rate .1 settles at 2/eta', (t) => settles(t, { ...plain, rate: 0.1, line: 20 }));

test('the heavy ball settles at (2 + 2 beta)/eta', (t) =>
  settles(t, { ...plain, rate: 0.15, momentum: 0.5, line: 20 }));

test("Nesterov's momentum settles at (2/eta)(1 + beta)/(1 + 2 beta)", (t) =>
  settles(t, { ...plain, rate: 0.15, momentum: 0.5, nesterov: true, line: 10 }));

test('with batch norm the sharpness over batch statistics settles at 2/eta', (t) =>
  settles(t, {
    model: batchNormed(1, NORMED_UNITS),
    start: glorotBatchNormed(1, NORMED_UNITS),
    gradient: (theta) => byHand(theta, POINTS, TARGETS, 1).gradient,
    rate: 0.1,
    line: 20,
  }));

/** Adam by hand in PyTorch's form (Kingma & Ba 2015, algorithm 1), without momentum RMSprop's; its last 1,000 of 5,000 steps. */
async function preconditioned(
  context: TestContext,
  optimizer: { readonly name: 'adam' | 'rmsprop'; readonly convention: 'pytorch' },
  { rate, beta1, beta2, corrected }: { rate: number; beta1: number; beta2: number; corrected: boolean },
) {
  const tracker = await trackerOf(plain.model, rowsOf(POINTS, 1, TARGETS, [1]), { optimizer });
  const theta = glorotStart(1);
  const [first, second] = [new Float64Array(theta.length), new Float64Array(theta.length)];
  const slots = Object.fromEntries(
    createOptimizer(optimizer).slots.map(({ name }) => [name, new Float64Array(theta.length)]),
  );
  const state = new Float64Array(0);
  const shares: number[] = [];
  for (let step = 1; step <= 5000; step++) {
    const slope = gradientByHand(theta);
    const [c1, c2] = corrected ? [1 - beta1 ** step, 1 - beta2 ** step] : [1, 1];
    for (let i = 0; i < theta.length; i++) {
      first[i] = beta1 * first[i] + (1 - beta1) * slope[i];
      second[i] = beta2 * second[i] + (1 - beta2) * slope[i] ** 2;
      theta[i] -= (rate * first[i]) / c1 / (Math.sqrt(second[i] / c2) + 1e-8);
    }
    if (step <= 4000 || step % 47 !== 0) continue;
    // Slots hold sums, not means.
    slots.velocity = second.map((value) => value / (1 - beta2));
    const { largest, threshold, kind } = await tracker.measure({
      theta,
      state,
      slots,
      step,
      learningRate: rate,
    });
    assert.equal(kind, 'preconditioned');
    shares.push(largest[0] / threshold!);
  }
  tracker.dispose();
  const share = shares.reduce((sum, value) => sum + value, 0) / shares.length;
  context.diagnostic(`the preconditioned sharpness settles at ${share.toFixed(3)} of the line`);
  // The line is that of a preconditioner that stands still; this one moves with the gradients, RMSprop's the most.
  assert.ok(Math.abs(share - 1) < 0.06, `${share} of the line`);
}

test('the preconditioned sharpness of Adam settles at (2 + 2 beta1)/((1 - beta1) eta)', (t) =>
  preconditioned(
    t,
    { name: 'adam', convention: 'pytorch' },
    { rate: 3e-3, beta1: 0.9, beta2: 0.999, corrected: true },
  ));

test('the preconditioned sharpness of RMSprop settles at 2/eta', (t) =>
  preconditioned(
    t,
    { name: 'rmsprop', convention: 'pytorch' },
    { rate: 1e-3, beta1: 0, beta2: 0.99, corrected: false },
  ));
