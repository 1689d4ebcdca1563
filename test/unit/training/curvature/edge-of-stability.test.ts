import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Model } from '../../../../src/layers/model';
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
