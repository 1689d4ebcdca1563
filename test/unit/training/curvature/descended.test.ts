import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricEigen } from '../../../../src/analysis/linear-algebra/symmetric-eigen';
import { reduceSum, square, sub } from '../../../../src/autodiff/operations';
import { BatchObjective } from '../../../../src/objective/evaluation/batches';
import { CancelledError } from '../../../../src/core/errors';
import { random } from '../../../../src/core/random';
import { descended } from '../../../../src/training/curvature/descended';
import { createOptimizer } from '../../../../src/training/optimizers/create';
import { denseModel, rowsOf } from '../../../support/dense-model';
import { batchNormed, byHand, trackerOf } from './batch-normed';

const INPUTS = 2;
const UNITS = 3;
const ROWS = 11;
const L2 = 0.05;

const stream = random(21);
const normals = (count: number, scale = 1) =>
  Float64Array.from({ length: count }, () => scale * stream.normal());

const x = normals(ROWS * INPUTS);
const targets = normals(ROWS);
const data = rowsOf(x, INPUTS, targets, [1]);
const theta = normals((INPUTS + 4) * UNITS + 1, 0.7);
const state = new Float64Array(2 * UNITS);
const size = theta.length;

/** The loss descended and its gradient by hand: batch statistics over all rows, and l2/2 of the kernels' squares. */
function descendedByHand(at: Float64Array): { loss: number; gradient: Float64Array } {
  const { loss, gradient } = byHand(at, x, targets, INPUTS);
  let penalty = 0;
  const last = (INPUTS + 3) * UNITS;
  for (const [from, to] of [
    [0, INPUTS * UNITS],
    [last, last + UNITS],
  ])
    for (let i = from; i < to; i++) {
      penalty += (L2 / 2) * at[i] ** 2;
      gradient[i] += L2 * at[i];
    }
  return { loss: loss + penalty, gradient };
}

/** Row i of the Hessian by fourth-order differences of the gradient. */
function hessianByDifferences(at: Float64Array): number[][] {
  const h = 1e-3;
  const gradientAt = (i: number, step: number) => {
    const moved = at.slice();
    moved[i] += step;
    return descendedByHand(moved).gradient;
  };
  return Array.from(at, (_, i) => {
    const [a, b, c, d] = [2 * h, h, -h, -2 * h].map((step) => gradientAt(i, step));
    return Array.from(a, (_v, j) => (8 * (b[j] - c[j]) - (a[j] - d[j])) / (12 * h));
  });
}

const largestOf = (matrix: number[][], count: number) =>
  Array.from(symmetricEigen(matrix.map((row, i) => row.map((value, j) => (value + matrix[j][i]) / 2))).values)
    .sort((a, b) => b - a)
    .slice(0, count);

function close(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual / expected - 1) < tolerance, `${actual} is not ${expected}`);
}

const regularization = { l2: L2 };

test('the gradient by hand is that of the loss by hand', () => {
  const { gradient } = descendedByHand(theta);
  for (let i = 0; i < size; i++) {
    const [more, less] = [theta.slice(), theta.slice()];
    more[i] += 1e-5;
    less[i] -= 1e-5;
    const difference = (descendedByHand(more).loss - descendedByHand(less).loss) / 2e-5;
    assert.ok(Math.abs(difference - gradient[i]) < 1e-8);
  }
});

test('the loss descended has batch statistics and L2 in and dropout out, and its Hessian is exact', async () => {
  const track = { every: 1, top: 4 };
  const tracker = await trackerOf(batchNormed(INPUTS, UNITS, 0.4), data, { regularization, track });
  const at = { theta, state, slots: {}, step: 3, learningRate: 0.1 };
  const record = await tracker.measure(at);
  assert.equal(record.kind, 'hessian');
  assert.equal(record.step, 3);
  assert.equal(record.threshold, 20);
  close(record.loss, descendedByHand(theta).loss, 1e-12);
  const expected = largestOf(hessianByDifferences(theta), 4);
  record.largest.forEach((value, i) => close(value, expected[i], 1e-6));
  assert.ok(record.residual! < 1e-3);
  // A second point, by the same programs.
  const moved = theta.map((value, i) => value + 0.01 * Math.sin(i));
  const again = await tracker.measure({ ...at, theta: moved });
  const there = largestOf(hessianByDifferences(moved), 4);
  again.largest.forEach((value, i) => close(value, there[i], 1e-6));
  assert.match(tracker.notes.join(), /without dropout and noise/);
  tracker.dispose();
});

test('what a model does in training is seen in one pass', () => {
  assert.deepEqual(seen(batchNormed(INPUTS, UNITS, 0.4)), { coupled: true, noisy: true });
  assert.deepEqual(seen(batchNormed(INPUTS, UNITS)), { coupled: true, noisy: false });
  assert.deepEqual(seen(denseModel([2, 3, 1])), { coupled: false, noisy: false });
});

function seen(model: ReturnType<typeof denseModel>) {
  const { coupled, noisy } = descended(model);
  return { coupled, noisy };
}

test('the preconditioned Hessian of Adam, RMSprop and AdaGrad, against a dense one', async () => {
  const hessian = hessianByDifferences(theta);
  const squares = normals(size).map((value) => value ** 2 + 0.01);
  for (const name of ['adam', 'rmsprop', 'adagrad']) {
    const optimizer = { name, learningRate: 0.01 };
    const tracker = await trackerOf(batchNormed(INPUTS, UNITS), data, { optimizer, regularization });
    const rule = createOptimizer({ name, convention: 'keras' } as Parameters<typeof createOptimizer>[0]);
    const slots = Object.fromEntries(rule.slots.map((slot) => [slot.name, squares]));
    const record = await tracker.measure({ theta, state, slots, step: 40, learningRate: 0.01 });
    const diagonal = rule.preconditioner(slots, 40)!;
    const dense = hessian.map((row, i) =>
      row.map((value, j) => value / Math.sqrt(diagonal[i] * diagonal[j])),
    );
    assert.equal(record.kind, 'preconditioned');
    close(record.largest[0], largestOf(dense, 1)[0], 1e-6);
    assert.equal(record.threshold, rule.threshold(0.01));
    const first = await tracker.measure({ theta, state, slots, step: 0, learningRate: 0.01 });
    assert.equal(first.kind, 'hessian');
    assert.equal(first.threshold, null);
    tracker.dispose();
  }
});

test('no line where the rate is 0 or the step is sharpness-aware', async () => {
  const optimizer = { name: 'sgd', sharpnessAware: { kind: 'sam' } };
  const aware = await trackerOf(batchNormed(INPUTS, UNITS), data, { optimizer });
  const plain = await trackerOf(batchNormed(INPUTS, UNITS), data, {});
  const at = { theta, state, slots: {}, step: 1, learningRate: 0.1 };
  assert.equal((await aware.measure(at)).threshold, null);
  assert.equal((await plain.measure({ ...at, learningRate: 0 })).threshold, null);
});

test('of full batches the batch sharpness is g.Hg / |g|^2', async () => {
  const { model } = descended(batchNormed(INPUTS, UNITS));
  const { gradient } = byHand(theta, x, targets, INPUTS);
  const squared = gradient.reduce((sum, value) => sum + value ** 2, 0);
  const moved = (step: number) => {
    const at = theta.map((value, i) => value + step * gradient[i]);
    const there = byHand(at, x, targets, INPUTS).gradient;
    return there.reduce((sum, value, i) => sum + value * gradient[i], 0);
  };
  const h = 1e-4;
  const bent = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
  const objective = await BatchObjective.create({
    model,
    head: {
      labelShape: [1],
      labelDtype: 'float',
      perRow: (output, labels) => reduceSum(square(sub(output, labels)), [1]),
      convexInput: (output) => output,
    },
    train: data,
    scaling: { scale: 1, mean: [0], std: [1] },
    rearrangement: undefined,
    backend: 'reference',
    local: true,
  });
  const rows = Int32Array.from({ length: ROWS }, (_, i) => i);
  const measured = await objective.curvature({ theta, state }, [rows, rows.slice().reverse()]);
  for (let k = 0; k < 2; k++) {
    close(measured.squared[k], squared, 1e-10);
    close(measured.bent[k], bent, 1e-7);
    close(measured.losses[k], byHand(theta, x, targets, INPUTS).loss, 1e-12);
  }
  objective.dispose();
});

test('a cancelled measurement says so', async () => {
  const tracker = await trackerOf(batchNormed(INPUTS, UNITS), data, {});
  const at = { theta, state, slots: {}, step: 1, learningRate: 0.1 };
  await assert.rejects(tracker.measure(at, AbortSignal.abort()), CancelledError);
});
