import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { chooseLoss } from '../../../src/objective/loss/choose-loss';
import { type Split, NO_SCALING } from '../../../src/objective/data/split';
import { Objective } from '../../../src/objective/evaluation/objective';
import { type Weighting, weighRows } from '../../../src/objective/data/weigh-rows';
import { random } from '../../../src/core/random';
import { OPERATORS, type OperatorName } from '../../../src/contract/vocabulary';
import { denseModel, rowsOf } from '../../support/dense-model';
import { factsOf, smallData, smallModel, trainerOf } from '../../support/small-training';

const stream = random(29);
const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++)
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `[${i}]: ${actual[i]}, not ${expected[i]}`);
}

/** The objective of a model on rows that weigh as the settings say. */
function weighted(
  model: ReturnType<typeof denseModel>,
  train: Split,
  weighting: Weighting,
  chunkRows?: number,
): Promise<Objective> {
  const chosen = chooseLoss(model, { train }, 'rows.npz');
  const fitted = { train, test: undefined, rearrangement: undefined, notes: [] };
  const { data, loss } = weighRows(fitted, chosen, weighting, 'rows.npz');
  return Objective.create({
    model,
    head: loss.head,
    train: data.train,
    trainRows: Int32Array.from({ length: train.rows }, (_, i) => i),
    scaling: NO_SCALING,
    rearrangement: undefined,
    backend: 'reference',
    local: true,
    ...(chunkRows ? { chunkRows } : {}),
  });
}

interface Case {
  readonly loss: { readonly class_name: string };
  readonly output: { readonly shape: [number, number]; readonly data: number[] };
  readonly labels: { readonly shape: number[]; readonly data: number[] };
  readonly classWeights: Record<string, number> | null;
  readonly sampleWeights: number[] | null;
  readonly mean: number;
}

/** Written by test/corpus/make/weights.py. */
const cases = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../corpus/layers/weights.json'), 'utf8'),
) as Case[];

test('weighted losses are those of Keras: the weighted sum over the number of rows', async () => {
  for (const { loss, output, labels, classWeights, sampleWeights, mean: expected } of cases) {
    const width = output.shape[1];
    const identity = Float64Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
    const model = { ...denseModel([width, width], { bias: false, weights: [identity] }), compiledLoss: loss };
    const rows = rowsOf(Float64Array.from(output.data), width, labels.data, labels.shape.slice(1));
    const train = sampleWeights ? { ...rows, weights: sampleWeights } : rows;
    const objective = await weighted(model, train, {
      ...(classWeights ? { classWeights } : {}),
      ...(sampleWeights ? { sampleWeights: true } : {}),
    });
    const { losses } = await objective.values('train', objective.origin);
    // Keras computed these in part in float32.
    close([mean(losses)], [expected], 5e-7);
  }
  assert.equal(cases.length, 10);
});

const [ROWS, WIDTH, CLASSES] = [13, 4, 3];
const x = normals(ROWS * WIDTH);
const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * 5) % CLASSES);
const weights = Float64Array.from({ length: ROWS }, (_, i) => (i * 7) % 4);
const model = denseModel([WIDTH, 3, CLASSES]);
const all = rowsOf(x, WIDTH, labels, []);

test('a row of weight n counts as n rows in loss, gradient and every matrix, however rows are cut', async () => {
  const repeated = Array.from(weights).flatMap((weight, row) => new Array<number>(weight).fill(row));
  const each = await weighted(
    model,
    rowsOf(
      Float64Array.from(repeated.flatMap((row) => Array.from(x.subarray(row * WIDTH, (row + 1) * WIDTH)))),
      WIDTH,
      repeated.map((row) => labels[row]),
      [],
    ),
    {},
  );
  const share = repeated.length / ROWS;
  const v = normals(each.parameters.dimension);
  const product = async (objective: Objective, operator: OperatorName) =>
    (await objective.products(operator, objective.origin, [v]))[0];
  for (const chunkRows of [undefined, 5]) {
    const once = await weighted(model, { ...all, weights }, { sampleWeights: true }, chunkRows);
    const [own, expected] = [await once.gradient(once.origin), await each.gradient(each.origin)];
    close([own.loss], [expected.loss * share], 1e-13);
    close(
      own.gradient,
      expected.gradient.map((value) => value * share),
      1e-13,
    );
    for (const operator of OPERATORS)
      close(
        await product(once, operator),
        (await product(each, operator)).map((value) => value * share),
        1e-12,
      );
  }
});

test('derivatives of weighted rows average to those of the loss', async () => {
  const objective = await weighted(
    model,
    { ...all, weights },
    { classWeights: [1, 0.5, 3], sampleWeights: true },
  );
  const v = normals(objective.parameters.dimension);
  const { origin } = objective;
  const { losses, first, second } = await objective.directional(origin, v);
  const { gradient, loss } = await objective.gradient(origin);
  close([mean(losses), mean(first)], [loss, dot(gradient, v)], 1e-12);
  close([mean(second)], [dot(v, (await objective.hvp(origin, [v]))[0])], 1e-11);
  const bent = (await objective.products('ggn', origin, [v]))[0];
  close([mean(await objective.along('ggn', origin, v))], [dot(v, bent)], 1e-11);
  const [squared] = await objective.products('empirical-fisher', origin, [v]);
  close([mean(await objective.along('empirical-fisher', origin, v))], [dot(v, squared)], 1e-11);
});

test('a step of training descends the weighted loss, and L2 is not weighted', async () => {
  const small = smallModel({ kind: 'mlp', hidden: [4], activation: 'tanh', batchNorm: false });
  const rows = smallData(6);
  const own = Float64Array.of(2, 0, 1, 3, 0.5, 1);
  const l2 = 0.3;
  const facts = factsOf(small, { learningRate: 0.1 }, { l2 });
  const trainer = await trainerOf(
    { ...facts, head: { ...facts.head, weighted: true } },
    { ...rows, weights: own },
    { batchSize: 6 },
  );
  const start = trainer.start();
  await trainer.restore(start);
  const { losses } = await trainer.steps(0, 1, () => ({ rate: 0.1 }));
  const objective = await weighted(small, { ...rows, weights: own }, { sampleWeights: true });
  const { gradient, loss } = await objective.gradient(objective.origin);
  let penalty = 0;
  for (const { role, offset, length } of facts.parameters)
    if (role === 'kernel')
      for (let i = offset; i < offset + length; i++) {
        penalty += (l2 / 2) * start.theta[i] ** 2;
        gradient[i] += l2 * start.theta[i];
      }
  close([losses[0]], [loss + penalty], 1e-12);
  const { theta } = await trainer.snapshot(['theta']);
  const scale = (theta[0] - start.theta[0]) / gradient[0];
  close(
    theta,
    start.theta.map((value, i) => value + scale * gradient[i]),
    1e-12,
  );
  assert.ok(scale < 0);
  trainer.dispose();
});

test('weights that do not fit are refused with the reason', () => {
  const refused = (weighting: Weighting, pattern: RegExp, train: Split = all, of = model) => {
    const loss = chooseLoss(of, { train }, 'rows.npz');
    const fitted = { train, test: undefined, rearrangement: undefined, notes: [] };
    assert.throws(() => weighRows(fitted, loss, weighting, 'rows.npz'), pattern);
  };
  refused(
    { classWeights: [1, 2] },
    /^UserError: "classWeights" lists 2 weights, but the model has 3 classes: give one for each, or an object from class to weight\.$/,
  );
  refused({ classWeights: { 3: 1 } }, /gives class 3 a weight, but the model has 3 classes \(0 to 2\)/);
  refused({ classWeights: [0, 0, 0] }, /^UserError: All training rows in rows\.npz weigh 0/);
  const real = rowsOf(x, WIDTH, normals(ROWS * 3), [3]);
  refused(
    { classWeights: [1, 2, 3] },
    /needs one class a row, but the labels in rows\.npz have 3 numbers a row for mean-squared-error/,
    real,
  );
});
