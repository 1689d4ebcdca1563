import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { dense as applied } from '../../../src/network/dense';
import { perRowLoss } from '../../../src/network/losses';
import { lossFromCompiled } from '../../../src/network/loss-choice';
import type { Model } from '../../../src/network/model';
import { chooseLoss } from '../../../src/objective/loss/choose-loss';
import { type Split, NO_SCALING } from '../../../src/objective/data/split';
import { fitData } from '../../../src/objective/data/fit-data';
import { Objective } from '../../../src/objective/evaluation/objective';
import { weighRows } from '../../../src/objective/data/weigh-rows';
import { random } from '../../../src/core/random';
import { denseHessian, denseModel } from '../../support/dense-model';
import { factsOf, trainerOf } from '../../support/small-training';
import { close, indices, tensor, valuesOf } from '../network/evaluate';

interface Plain {
  readonly shape: number[];
  readonly data: number[];
}

/** Written by test/corpus/make/weights.py. */
const cases = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../corpus/layers/step-weights.json'), 'utf8'),
) as { loss: { class_name: string }; output: Plain; labels: Plain; weights: Plain; mean: number }[];

for (const [i, { loss, output, labels, weights, mean }] of cases.entries())
  test(`weights of steps as Keras has them: ${loss.class_name} (${i})`, async () => {
    const graph = new Graph();
    const classes = loss.class_name.startsWith('Sparse');
    const each = await valuesOf(
      perRowLoss(
        tensor(graph, output.shape, output.data),
        (classes ? indices : tensor)(graph, labels.shape, labels.data),
        lossFromCompiled(loss)!,
        tensor(graph, weights.shape, weights.data),
      ),
    );
    // Keras computed these in part in float32.
    close([each.reduce((a, b) => a + b) / each.length], [mean], 5e-7);
  });

const [ROWS, STEPS, WIDTH, OUT] = [4, 3, 2, 2];
const stream = random(41);
const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
const inputs = normals(ROWS * STEPS * WIDTH);
const weights = Float64Array.from({ length: ROWS * STEPS }, (_, i) => ((i * 5) % 4) / 2);

/** A matrix applied to each step. */
const dense = denseModel([WIDTH, OUT], { bias: false });
const model: Model = {
  ...dense,
  inputs: [{ name: 'x', shape: [STEPS, WIDTH], dtype: 'float' }],
  outputShape: [STEPS, OUT],
  apply: (_graph, nodes, [x]) => [applied(x, nodes.get('dense_0/kernel')!, undefined)],
};
const column = (name: string, shape: number[], data: ArrayLike<number>) => ({ name, shape, data });
const source = (w: { name: string; shape: number[]; data: ArrayLike<number> }) => ({
  rows: ROWS,
  inputs: [column('x_train', [ROWS, STEPS, WIDTH], inputs)],
  labels: column('y_train', [ROWS, STEPS, OUT], normals(ROWS * STEPS * OUT)),
  weights: w,
});
const ofSteps = column('w_train', [ROWS, STEPS], weights);

function weighed(w = ofSteps, more: Parameters<typeof weighRows>[2] = {}) {
  const fitted = fitData(model, { path: 'rows.npz', train: source(w) }, undefined);
  const chosen = chooseLoss(model, { train: fitted.train }, 'rows.npz', {
    loss: 'mean-squared-error',
  });
  return weighRows(fitted, chosen, { sampleWeights: true, ...more }, 'rows.npz');
}

const objectiveOf = (train: Split, head: ReturnType<typeof weighed>['loss']['head'], chunkRows: number) =>
  Objective.create({
    model,
    head,
    train,
    trainRows: Int32Array.from({ length: ROWS }, (_, i) => i),
    scaling: NO_SCALING,
    rearrangement: undefined,
    backend: 'reference',
    local: true,
    chunkRows,
  });

test('linear regression of steps: the Hessian is the weighted second moment of their inputs, however rows are cut', async () => {
  const { data, loss, notes } = weighed();
  assert.match(
    notes.join(),
    /losses of steps are weighted by w_train, added, and divided by their number, as Keras does/,
  );
  const expected = Array.from({ length: WIDTH * OUT }, (_, a) =>
    Array.from({ length: WIDTH * OUT }, (_, b) => {
      if (a % OUT !== b % OUT) return 0;
      let sum = 0;
      weights.forEach((weight, step) => {
        const x = (i: number) => inputs[step * WIDTH + Math.floor(i / OUT)];
        sum += weight * x(a) * x(b);
      });
      return ((2 / OUT) * sum) / (ROWS * STEPS);
    }),
  );
  for (const chunkRows of [ROWS, 3]) {
    const objective = await objectiveOf(data.train, loss.head, chunkRows);
    (await denseHessian(objective)).forEach((row, i) => close(row, expected[i], 1e-13));
    objective.dispose();
  }
});

test('a step of training descends it', async () => {
  const { data, loss } = weighed();
  const facts = { ...factsOf(model, { learningRate: 0.1 }), head: loss.head };
  const trainer = await trainerOf(facts, data.train, { batchSize: ROWS });
  const { theta: before } = trainer.start();
  const { losses } = await trainer.steps(0, 1, () => ({ rate: 0.1 }));
  const { theta } = await trainer.snapshot(['theta']);
  trainer.dispose();
  const objective = await objectiveOf(data.train, loss.head, ROWS);
  const { gradient, loss: own } = await objective.gradient({ theta: Float64Array.from(before) });
  objective.dispose();
  close([losses[0]], [own], 1e-13);
  close(
    theta,
    Array.from(before, (value, i) => value - 0.1 * gradient[i]),
    1e-13,
  );
});

test('weights that fit neither rows nor steps are refused, and classes beside those of steps', () => {
  const refused = (w: typeof ofSteps, pattern: RegExp, more = {}) =>
    assert.throws(() => weighed(w, more), pattern);
  refused(
    column('w_train', [ROWS, 2], normals(2 * ROWS)),
    /^UserError: w_train in rows\.npz has 2 numbers a row, but a weight is one number a row, or one for each of its 3 steps\.$/,
  );
  refused(
    { ...ofSteps, data: weights.map((_, i) => (i === 7 ? -1 : 1)) },
    /^UserError: Row 2 of w_train in rows\.npz is -1/,
  );
  refused({ ...ofSteps, data: weights.map(() => 0) }, /All training rows in rows\.npz weigh 0/);
  refused(
    ofSteps,
    /^UserError: "classWeights" are for rows, but rows\.npz weighs steps of rows: leave one of them out\.$/,
    { classWeights: [1, 2] },
  );
});
