import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TensorData } from '../../../src/backends/backend';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { random } from '../../../src/core/random';
import { type StepFacts, gradientProgram, stepScalars } from '../../../src/training/step-program';
import { parameterRuns } from '../../../src/training/parameter-runs';
import { WIDTH, factsOf, smallData, smallModel, trainerOf } from '../../support/small-training';

const ROWS = 7;

/** Loss and gradient of one batch in training mode as functions of the parameters, the same draws each time. */
async function batchFunction(facts: StepFacts) {
  const { program, draws } = gradientProgram(facts, ROWS);
  const executable = await new ReferenceBackend().compile(program);
  const data = smallData(ROWS);
  const stream = random(11);
  const fixed: Record<string, TensorData> = {
    '0/x/0': Float64Array.from(data.inputs[0].data),
    '0/y': Int32Array.from(data.labels.data),
    '0/weights': new Float64Array(ROWS).fill(1 / ROWS),
  };
  for (const { port, kind, size } of draws[0])
    fixed[port] = Float64Array.from({ length: size }, () =>
      kind === 'uniform' ? stream.uniform() : stream.normal(),
    );
  for (const { name, data: values } of facts.statistics) fixed[`state/${name}`] = Float64Array.from(values);
  const runs = parameterRuns(facts.parameters);
  for (const { name, length } of runs) fixed[`total/${name}`] = new Float64Array(length);
  return async (theta: Float64Array) => {
    const feeds = { ...fixed };
    for (const { name, offset, length } of runs)
      feeds[`theta/${name}`] = theta.slice(offset, offset + length);
    const given = await executable.run(feeds);
    const named = new Map(program.outputs.map(({ name }, i) => [name, given[i]] as const));
    const gradient = new Float64Array(theta.length);
    for (const { name, offset } of runs) gradient.set(named.get(`total/${name}`)!, offset);
    return { loss: named.get('0/loss')![0], gradient };
  };
}

function startOf(facts: StepFacts): Float64Array {
  const stream = random(13);
  // Away from the start, where biases are all 0 and relu has its kink.
  return Float64Array.from(
    { length: facts.parameters.reduce((sum, { length }) => sum + length, 0) },
    () => 0.6 * stream.normal(),
  );
}

async function checkGradient(facts: StepFacts): Promise<void> {
  const f = await batchFunction(facts);
  const theta = startOf(facts);
  const { gradient } = await f(theta);
  const step = 1e-5;
  for (let i = 0; i < theta.length; i++) {
    const at = async (t: number) => (await f(theta.map((value, k) => (k === i ? value + t : value)))).loss;
    const slope =
      (8 * ((await at(step)) - (await at(-step))) - ((await at(2 * step)) - (await at(-2 * step)))) /
      (12 * step);
    assert.ok(Math.abs(gradient[i] - slope) < 1e-8, `${i}: ${gradient[i]}, by differences ${slope}`);
  }
}

const tanhNet = smallModel({
  kind: 'mlp',
  hidden: [5, 4],
  activation: 'tanh',
  batchNorm: true,
  dropout: 0.3,
});

test('the gradient of a step agrees with differences through batch statistics and dropout', async () => {
  const facts = factsOf(tanhNet);
  assert.ok(gradientProgram(facts, ROWS).draws[0].length > 0, 'dropout draws nothing');
  await checkGradient(facts);
});

test('L2 counts kernels alone, by half their square', async () => {
  const l2 = 0.37;
  const penalized = factsOf(tanhNet, {}, { l2 });
  await checkGradient(penalized);
  const theta = startOf(penalized);
  const [withL2, without] = [
    await (await batchFunction(penalized))(theta),
    await (await batchFunction(factsOf(tanhNet)))(theta),
  ];
  let squares = 0;
  for (const { role, offset, length } of penalized.parameters)
    if (role === 'kernel') for (let i = 0; i < length; i++) squares += theta[offset + i] ** 2;
  assert.ok(Math.abs(withL2.loss - without.loss - (l2 / 2) * squares) < 1e-12);
});

/** Parameters after some steps of a plan. */
async function after(
  steps: number,
  plan: { batchSize: number; accumulate?: number },
  { optimizer = {}, regularization = {}, model = plainNet, rows = 24 } = {},
) {
  const facts = factsOf(model, { learningRate: 0.2, ...optimizer }, regularization);
  const trainer = await trainerOf(facts, smallData(rows), plan);
  const { losses } = await trainer.steps(0, steps, (step) => stepScalars(facts, step, 0.2));
  const { theta, state } = await trainer.snapshot(['theta', 'state']);
  return { losses, theta, state, trainer, facts };
}

const plainNet = smallModel({ kind: 'mlp', hidden: [6], activation: 'tanh', batchNorm: false });

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

test('batches whose gradients are averaged are one batch, the penalty and its clipping included', async () => {
  for (const regularization of [{}, { l2: 0.1 }, { clipNorm: 0.05 }]) {
    const whole = await after(3, { batchSize: 24 }, { regularization });
    const parts = await after(3, { batchSize: 6, accumulate: 4 }, { regularization });
    assert.ok(furthest(whole.theta, parts.theta) < 1e-14);
    assert.ok(furthest(whole.losses, parts.losses) < 1e-14);
    // The last batch has fewer rows and weighs by them.
    const uneven = await after(3, { batchSize: 7, accumulate: 4 }, { regularization });
    assert.ok(furthest(whole.theta, uneven.theta) < 1e-14);
  }
});

test('a short last batch is the mean over its own rows', async () => {
  // Ten rows in batches of 6: the second step sees 4.
  const { losses, trainer, facts } = await after(2, { batchSize: 6 }, { rows: 10 });
  assert.equal(trainer.stepsPerEpoch, 2);
  const one = await after(1, { batchSize: 6 }, { rows: 10 });
  const data = smallData(10);
  const { orderOf } = await import('../../../src/training/batches');
  const order = orderOf({ rows: 10, batchSize: 6, accumulate: 1 }, 1, 0);
  const rest = Array.from(order.subarray(6));
  const picked = {
    rows: 4,
    inputs: [
      {
        shape: [WIDTH],
        data: rest.flatMap((row) =>
          Array.from({ length: WIDTH }, (_, i) => data.inputs[0].data[row * WIDTH + i]),
        ),
      },
    ],
    labels: { shape: [], data: rest.map((row) => data.labels.data[row]) },
  };
  const alone = await trainerOf(facts, picked, { batchSize: 4 });
  await alone.restore({ theta: one.theta });
  const { losses: expected } = await alone.steps(0, 1, (step) => stepScalars(facts, step, 0.2));
  assert.ok(Math.abs(losses[1] - expected[0]) < 1e-14);
});

test('running statistics move by the momentum of the layer towards those of the batch, the biased variance as Keras keeps it', async () => {
  const model = smallModel({ kind: 'mlp', hidden: [4], activation: 'linear', batchNorm: true });
  const rows = 9;
  const { state, facts } = await after(1, { batchSize: rows }, { model, rows });
  const kernel = facts.parameters.find(({ role }) => role === 'kernel')!;
  const bias = facts.parameters.find(({ role, layer }) => role === 'bias' && layer === kernel.layer);
  const data = smallData(rows).inputs[0].data;
  for (let unit = 0; unit < 4; unit++) {
    const values = Array.from({ length: rows }, (_, row) => {
      let sum = bias ? bias.data[unit] : 0;
      for (let i = 0; i < WIDTH; i++) sum += data[row * WIDTH + i] * kernel.data[i * 4 + unit];
      return sum;
    });
    const mean = values.reduce((a, b) => a + b) / rows;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    const found = (name: RegExp) =>
      state[facts.statistics.find((block) => name.test(block.name))!.offset + unit];
    assert.ok(Math.abs(found(/mean/) - 0.01 * mean) < 1e-15);
    assert.ok(Math.abs(found(/variance/) - (0.99 + 0.01 * variance)) < 1e-15);
  }
});

test('statistics estimated anew are those of the rows, whatever the running ones are', async () => {
  const model = smallModel({ kind: 'mlp', hidden: [4], activation: 'linear', batchNorm: true });
  const rows = 9;
  const { trainer, facts } = await after(0, { batchSize: rows }, { model, rows });
  const means = await trainer.statistics();
  const stepped = await after(1, { batchSize: rows }, { model, rows });
  // One step at the start moves them by a hundredth of the way from 0 and 1.
  for (const { name, offset, length } of facts.statistics) {
    const from = name.includes('mean') ? 0 : 1;
    for (let i = 0; i < length; i++)
      assert.ok(Math.abs(means[name][i] - (from + 100 * (stepped.state[offset + i] - from))) < 1e-12);
  }
});

test('a sharpness-aware step takes the gradient uphill and leaves the statistics of the first pass', async () => {
  const model = smallModel({ kind: 'mlp', hidden: [4], activation: 'tanh', batchNorm: true });
  const rows = 9;
  const rho = 0.1;
  const sam = { sharpnessAware: { kind: 'sam' as const, rho, eta: 0.01 } };
  const plain = await after(1, { batchSize: rows }, { model, rows });
  const aware = await after(1, { batchSize: rows }, { model, rows, optimizer: sam });
  assert.deepEqual(aware.state, plain.state);
  // By hand: the gradient from the plain step, the point uphill, the plain step from there.
  const start = plain.trainer.start().theta;
  const gradient = start.map((value, i) => (value - plain.theta[i]) / 0.2);
  const length = Math.hypot(...gradient);
  const uphill = start.map((value, i) => value + (rho * gradient[i]) / length);
  const there = await trainerOf(plain.facts, smallData(rows), { batchSize: rows });
  await there.restore({ theta: uphill });
  await there.steps(0, 1, (step) => stepScalars(plain.facts, step, 0.2));
  const { theta } = await there.snapshot(['theta']);
  const expected = start.map((value, i) => value - (uphill[i] - theta[i]));
  assert.ok(furthest(aware.theta, expected) < 1e-12);
});

test('steps taken together are the steps one by one', async () => {
  const together = await after(4, { batchSize: 6 });
  const single = await trainerOf(together.facts, smallData(24), { batchSize: 6 });
  assert.equal(single.together(0, 4), 4);
  for (let step = 0; step < 4; step++)
    await single.steps(step, step + 1, (each) => stepScalars(together.facts, each, 0.2));
  assert.ok(furthest((await single.snapshot(['theta'])).theta, together.theta) < 1e-14);
});

test('the running average begins with the first point and moves by its share', async () => {
  const optimizer = { averaging: { kind: 'ema' as const, decay: 0.75 } };
  const facts = factsOf(plainNet, { learningRate: 0.2, ...optimizer });
  const trainer = await trainerOf(facts, smallData(24), { batchSize: 6 });
  let expected: Float64Array | undefined;
  for (let step = 0; step < 3; step++) {
    await trainer.steps(step, step + 1, (each) => stepScalars(facts, each, 0.2));
    const { theta } = await trainer.snapshot(['theta']);
    expected = expected
      ? expected.map((value, i) => 0.75 * value + 0.25 * theta[i])
      : Float64Array.from(theta);
  }
  assert.ok(furthest((await trainer.snapshot(['average'])).average, expected!) < 1e-15);
});
