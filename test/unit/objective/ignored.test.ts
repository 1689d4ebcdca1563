import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exp, matmul, reshape } from '../../../src/autodiff/operations';
import { withMask } from '../../../src/network/masks';
import type { Model } from '../../../src/network/model';
import { correctness, judged } from '../../../src/objective/loss/accuracy';
import { chooseLoss } from '../../../src/objective/loss/choose-loss';
import { type Split, NO_SCALING } from '../../../src/objective/data/split';
import { Objective } from '../../../src/objective/evaluation/objective';
import { denseModel } from '../../support/dense-model';

/** Two steps of three logits, which are the inputs themselves; the mask is given as the last numbers of a row. */
const steps = (masked: boolean, compiledLoss: unknown): Model => ({
  ...denseModel([1, 1]),
  inputs: [
    { name: 'logits', shape: [2, 3], dtype: 'float' },
    { name: 'mask', shape: [2], dtype: 'float' },
  ],
  outputShape: [2, 3],
  compiledLoss,
  apply: (_graph, _tensors, [x, mask]) => [withMask(x, masked ? mask : undefined)],
});
const logits = [2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 0, 0, 0, 2, 0, 1, 0, 0];
const mask = [1, 0, 1, 1, 0, 0];
const sparse = (config: object) => ({
  class_name: 'SparseCategoricalCrossentropy',
  config: { from_logits: true, ...config },
});

async function measured(model: Model, labels: number[]) {
  const train: Split = {
    rows: 3,
    inputs: [
      { shape: [2, 3], data: logits },
      { shape: [2], data: mask },
    ],
    labels: { shape: [2], data: labels },
  };
  const { head, accuracy } = chooseLoss(model, { train }, 'rows.npz');
  const rows = Int32Array.of(0, 1, 2);
  const objective = await Objective.create({
    model,
    head,
    train,
    trainRows: rows,
    scaling: NO_SCALING,
    rearrangement: undefined,
    backend: 'reference',
    local: true,
  });
  const values = await objective.values('train', objective.origin);
  return { losses: values.losses, shares: correctness(accuracy!, values, { labels: train.labels, rows }, 3) };
}

/** The crossentropy of one step of `logits`. */
function lossOf(step: number, label: number): number {
  const own = logits.slice(3 * step, 3 * step + 3);
  return Math.log(own.reduce((sum, value) => sum + Math.exp(value), 0)) - own[label];
}

function close(actual: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(
      Math.abs(actual[i] - value) < 1e-12 || (Number.isNaN(value) && Number.isNaN(actual[i])),
      `[${i}]: ${actual[i]}, not ${value}`,
    ),
  );
}

test('accuracy skips the masked steps that the loss skips, and rows that hold no other', async () => {
  // Row 0 is right in the step that counts and wrong in its padding; all of row 2 is padding.
  const { losses, shares } = await measured(steps(true, sparse({})), [0, 2, 2, 1, 0, 0]);
  close(losses, [lossOf(0, 0), (lossOf(2, 2) + lossOf(3, 1)) / 2, 0]);
  close(shares, [1, 0.5, NaN]);
  close(judged(shares), [1, 0.5]);
});

test('ignore_class takes steps out of loss and accuracy, whatever number stands for them', async () => {
  for (const ignored of [-1, 1, 255]) {
    const labels = [0, ignored, 2, ignored, ignored, 0];
    const { losses, shares } = await measured(steps(false, sparse({ ignore_class: ignored })), labels);
    close(losses, [lossOf(0, 0), lossOf(2, 2), lossOf(5, 0)]);
    close(shares, [1, 1, 1]);
  }
});

test('a row whose only label is ignored is refused', () => {
  const model = { ...denseModel([2, 3]), compiledLoss: sparse({ ignore_class: -1 }) };
  const rows = (labels: number[]): Split => ({
    rows: 2,
    inputs: [{ shape: [2], data: [1, 2, 3, 4] }],
    labels: { shape: [], data: labels },
  });
  chooseLoss(model, { train: rows([0, 2]) }, 'rows.npz');
  assert.throws(
    () => chooseLoss(model, { train: rows([0, -1]) }, 'rows.npz'),
    /^UserError: Row 1 of the training labels in rows\.npz is -1, which the compiled loss ignores/,
  );
  assert.throws(
    () => chooseLoss(model, { train: rows([0, 3]) }, 'rows.npz'),
    /is 3, but the model has 3 classes/,
  );
});

test('a loss asked for by the name of the compiled one keeps its options; another says what is left out', () => {
  const compiledLoss = {
    class_name: 'CategoricalFocalCrossentropy',
    config: { gamma: 3, label_smoothing: 0.1 },
  };
  const model = { ...denseModel([2, 3]), compiledLoss };
  const rows: Split = {
    rows: 2,
    inputs: [{ shape: [2], data: [1, 2, 3, 4] }],
    labels: { shape: [], data: [0, 2] },
  };
  const choose = (asked: Parameters<typeof chooseLoss>[3]) =>
    chooseLoss(model, { train: rows }, 'rows.npz', asked);
  const same = choose({ loss: 'categorical-focal-crossentropy' });
  // Whether it was compiled for probabilities is not asked for: the outputs say what they are.
  assert.deepEqual(same.spec, { ...choose({}).spec, fromLogits: 'auto' });
  assert.deepEqual([same.spec.gamma, same.spec.labelSmoothing, same.notes.length], [3, 0.1, 0]);
  assert.match(same.source, /with the options compiled into the checkpoint/);
  const other = choose({ loss: 'categorical-crossentropy', labelSmoothing: 0.2 });
  assert.deepEqual([other.spec.labelSmoothing, other.spec.fromLogits], [0.2, 'auto']);
  assert.match(
    other.notes.join(),
    /was compiled with categorical-focal-crossentropy; the settings ask for categorical-crossentropy/,
  );
});

test('the Fisher matrix of Poisson counts by their log-rates is the mean of X^T diag(rate) X', async () => {
  const x = [1, 2, -1, 0.5, 0.3, -2];
  const w = Float64Array.of(0.4, -0.3);
  const linear = denseModel([2, 1], { bias: false, weights: [w] });
  const model: Model = {
    ...linear,
    apply: (_graph, tensors, [input]) => [
      reshape(exp(matmul(input, tensors.get('dense_0/kernel')!)), [input.shape[0], 1]),
    ],
  };
  const train: Split = {
    rows: 3,
    inputs: [{ shape: [2], data: x }],
    labels: { shape: [1], data: [0, 3, 1] },
  };
  const { head, hasFisher } = chooseLoss(model, { train }, 'rows.npz', { loss: 'poisson' });
  assert.equal(hasFisher, true);
  const objective = await Objective.create({
    model,
    head,
    train,
    trainRows: Int32Array.of(0, 1, 2),
    scaling: NO_SCALING,
    rearrangement: undefined,
    backend: 'reference',
    local: true,
  });
  const units = [Float64Array.of(1, 0), Float64Array.of(0, 1)];
  const columns = await objective.products('fisher', objective.origin, units);
  const entry = (i: number, j: number) =>
    [0, 1, 2].reduce(
      (sum, r) => sum + (Math.exp(x[2 * r] * w[0] + x[2 * r + 1] * w[1]) * x[2 * r + i] * x[2 * r + j]) / 3,
      0,
    );
  // Keras adds 1e-7 to the rate under the logarithm.
  for (const i of [0, 1]) for (const j of [0, 1]) assert.ok(Math.abs(columns[j][i] - entry(i, j)) < 2e-6);
});
