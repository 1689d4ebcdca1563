import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { reduceSum } from '../../../src/autodiff/operations';
import { sizeOf } from '../../../src/core/size-of';
import { buildProgram } from '../../../src/autodiff/program';
import type { Executable } from '../../../src/backends/backend';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { openModel } from '../../../src/formats/model';
import { lossFromCompiled } from '../../../src/network/loss-choice';
import { accuracyOf, labelDType, perRowLoss } from '../../../src/network/losses';
import type { Model, ModelTensor } from '../../../src/network/model';
import { close } from './evaluate';

const corpus = path.resolve(import.meta.dirname, '../../corpus');

interface Reference {
  readonly data: string;
  readonly samples: number;
  readonly order?: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly train: { readonly loss: number; readonly accuracy: number | null };
  readonly gradientNorm: number;
  readonly gradientFirst8: readonly number[];
  readonly hvp: { readonly norm: number; readonly dot: number; readonly first8: readonly number[] };
  readonly predictFirst2?: readonly (readonly number[])[];
}

const referenceOf = (name: string): Reference =>
  JSON.parse(readFileSync(path.join(corpus, 'reference', `${name}.json`), 'utf8')) as Reference;

/** A chunk of rows with everything that is compared; sums over its rows. */
interface Chunk {
  readonly executable: Executable;
  readonly rows: number;
}

/** A network with its loss on the first rows of a data file, in plain float64. */
async function problemOf(checkpoint: string, data: string, rows: number, products: boolean) {
  const { model } = await openModel(path.join(corpus, checkpoint));
  const dataset = await readDataset(path.join(corpus, 'data', data));
  const trainable = model.tensors.filter((tensor) => tensor.trainable);
  const size = trainable.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const {
    inputs: [x],
    labels: y,
  } = dataset.train;
  const spec = lossFromCompiled(model.compiledLoss)!;
  const labelRow = y.shape.slice(1);
  const type = labelDType(spec, model.outputShape, labelRow);
  const inputWidth = sizeOf(model.inputs[0].shape);
  const labelWidth = sizeOf(labelRow);

  const chunkOf = async (count: number): Promise<Chunk> => {
    const graph = new Graph();
    const nodes = new Map<string, Node>();
    for (const { name, shape } of model.tensors) nodes.set(name, graph.input(name, shape));
    const input = graph.input('x', [count, ...model.inputs[0].shape]);
    const labels = graph.input('y', [count, ...labelRow], type);
    const [output] = model.apply(graph, nodes, [input]);
    const loss = reduceSum(perRowLoss(output, labels, spec));
    const parameters = trainable.map(({ name }) => nodes.get(name)!);
    const gradients = products ? gradient(loss, parameters) : [];
    const vector = trainable.map(({ name, shape }) => graph.input(`v ${name}`, shape));
    const curved = products ? hvp(gradients, parameters, vector) : [];
    const outputs = { loss, output, ...named('g', gradients), ...named('h', curved) };
    return { executable: await new ReferenceBackend().compile(buildProgram(outputs)), rows: count };
  };
  const whole = await chunkOf(Math.min(rows, 64));
  const rest = rows % whole.rows === 0 ? undefined : await chunkOf(rows % whole.rows);

  /** Loss, predictions, and flat gradient and product, as means over the rows. */
  const at = async (parameters: Float64Array, vector: Float64Array) => {
    const tensors = spreadOut(trainable, parameters);
    const state = model.tensors
      .filter((tensor) => !tensor.trainable)
      .map(({ name, data }) => [name, data] as const);
    const along = Object.fromEntries(
      Object.entries(spreadOut(trainable, vector)).map(([name, part]) => [`v ${name}`, part]),
    );
    let loss = 0;
    const predictions: number[] = [];
    const slope = new Float64Array(size);
    const product = new Float64Array(size);
    for (let start = 0; start < rows; start += whole.rows) {
      const chunk = start + whole.rows <= rows ? whole : rest!;
      const piece = <T extends { slice(a: number, b: number): T }>(values: T, width: number) =>
        values.slice(start * width, (start + chunk.rows) * width);
      const results = await chunk.executable.run({
        ...Object.fromEntries(state.map(([name, values]) => [name, Float64Array.from(values)])),
        ...tensors,
        ...along,
        x: Float64Array.from(piece(x.data as Float64Array, inputWidth)),
        y: (type === 'int32' ? Int32Array : Float64Array).from(piece(y.data as Float64Array, labelWidth)),
      });
      loss += results[0][0];
      predictions.push(...results[1]);
      if (!products) continue;
      accumulate(slope, results.slice(2, 2 + trainable.length) as Float64Array[]);
      accumulate(product, results.slice(2 + trainable.length) as Float64Array[]);
    }
    return {
      loss: loss / rows,
      predictions,
      slope: slope.map((value) => value / rows),
      product: product.map((value) => value / rows),
    };
  };
  const start = new Float64Array(size);
  let offset = 0;
  for (const { data: values } of trainable) {
    start.set(values, offset);
    offset += values.length;
  }
  return { model, trainable, start, at, labels: Array.from(y.data as Float64Array), spec };
}

const named = (prefix: string, nodes: readonly Node[]) =>
  Object.fromEntries(nodes.map((node, i) => [`${prefix}${i}`, node]));

function spreadOut(tensors: readonly ModelTensor[], flat: Float64Array): Record<string, Float64Array> {
  let offset = 0;
  return Object.fromEntries(
    tensors.map(({ name, shape }) => {
      const part = flat.slice(offset, offset + sizeOf(shape));
      offset += part.length;
      return [name, part];
    }),
  );
}

function accumulate(sum: Float64Array, parts: readonly Float64Array[]): void {
  let offset = 0;
  for (const part of parts) {
    part.forEach((value, i) => (sum[offset + i] += value));
    offset += part.length;
  }
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const norm = (a: Float64Array) => Math.sqrt(dot(a, a));

/** The references' vector: sin(i + 1), normalized. */
function referenceVector(size: number): Float64Array {
  const v = Float64Array.from({ length: size }, (_, i) => Math.sin(i + 1));
  const length = norm(v);
  return v.map((value) => value / length);
}

function accuracy(
  model: Model,
  predictions: readonly number[],
  labels: readonly number[],
  threshold?: number,
) {
  const width = sizeOf(model.outputShape);
  const rows = predictions.length / width;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const scores = predictions.slice(row * width, (row + 1) * width);
    const guess =
      threshold === undefined ? scores.indexOf(Math.max(...scores)) : Number(scores[0] > threshold);
    if (guess === labels[row]) right++;
  }
  return right / rows;
}

function relative(actual: number, expected: number, tolerance: number, what: string): void {
  const error = Math.abs(actual - expected) / Math.abs(expected);
  assert.ok(
    error <= tolerance,
    `${what} is ${actual} instead of ${expected} (${error.toExponential(1)} off)`,
  );
}

/**
 * Checkpoints beside the reference that judges them, over all its rows. Where tanh or a reciprocal root takes part the
 * references are only good to float32, by their own asymmetry (1e-8 to 8e-8; 4e-16 elsewhere), and amplify it.
 */
const judged: readonly { checkpoint: string; name: string; tolerance: number }[] = [
  { checkpoint: 'keras/mlp-digits.keras', name: 'mlp-digits', tolerance: 1e-9 },
  { checkpoint: 'keras/mlp-digits.h5', name: 'mlp-digits', tolerance: 1e-9 },
  { checkpoint: 'keras/mlp-digits-rescaled.keras', name: 'mlp-digits-rescaled', tolerance: 1e-9 },
  { checkpoint: 'keras/mlp-diabetes.keras', name: 'mlp-diabetes', tolerance: 1e-9 },
  { checkpoint: 'keras/logistic-moons.keras', name: 'logistic-moons', tolerance: 1e-9 },
  { checkpoint: 'keras/mlp-tanh-moons.keras', name: 'mlp-tanh-moons', tolerance: 1e-7 },
  { checkpoint: 'keras/cnn-digits.keras', name: 'cnn-digits', tolerance: 1e-6 },
  { checkpoint: 'keras/residual-digits.keras', name: 'residual-digits', tolerance: 5e-6 },
  { checkpoint: 'keras/lstm-digits.keras', name: 'lstm-digits', tolerance: 1e-6 },
  { checkpoint: 'keras/gru-digits.keras', name: 'gru-digits', tolerance: 1e-6 },
  { checkpoint: 'keras/transformer-digits.keras', name: 'transformer-digits', tolerance: 1e-7 },
];

describe('Keras checkpoints against JAX in float64', () => {
  for (const { checkpoint, name, tolerance } of judged)
    it(`${checkpoint}: loss, accuracy, gradient and Hessian-vector product`, async () => {
      const reference = referenceOf(name);
      const problem = await problemOf(checkpoint, reference.data, reference.samples, true);
      assert.deepEqual(
        problem.trainable.map(({ name, shape }) => ({ name, shape: [...shape] })),
        reference.order,
      );
      const vector = referenceVector(problem.start.length);
      const { loss, predictions, slope, product } = await problem.at(problem.start, vector);
      relative(loss, reference.train.loss, tolerance, 'the loss');
      const judge = accuracyOf(new Graph().input('any', [1, 1]), problem.spec);
      if (reference.train.accuracy === null) assert.equal(judge, undefined);
      else {
        const threshold = judge?.kind === 'binary' ? 0.5 : undefined;
        const share = accuracy(problem.model, predictions, problem.labels, threshold);
        relative(share, reference.train.accuracy, 1e-7, 'the accuracy');
      }
      relative(norm(slope), reference.gradientNorm, tolerance, "the gradient's norm");
      close(slope.slice(0, 8), reference.gradientFirst8, tolerance);
      relative(norm(product), reference.hvp.norm, tolerance, "the product's norm");
      relative(dot(vector, product), reference.hvp.dot, tolerance, 'the quadratic form');
      close(product.slice(0, 8), reference.hvp.first8, tolerance);
    });

  for (const [checkpoint, name] of [
    ['keras/keras2-cnn-digits.keras', 'keras2-cnn-digits'],
    ['keras/keras2-cnn-digits.h5', 'keras2-cnn-digits'],
  ])
    it(`${checkpoint}: loss, accuracy and predictions in float32`, async () => {
      const reference = referenceOf(name);
      const problem = await problemOf(checkpoint, reference.data, reference.samples, false);
      const { loss, predictions } = await problem.at(problem.start, new Float64Array(problem.start.length));
      relative(loss, reference.train.loss, 1e-6, 'the loss');
      close(predictions.slice(0, 20), reference.predictFirst2!.flat(), 1e-6);
      relative(
        accuracy(problem.model, predictions, problem.labels),
        reference.train.accuracy!,
        1e-7,
        'the accuracy',
      );
    });

  it('keras/rnn-digits.keras: the product is the difference of gradients', async () => {
    const problem = await problemOf('keras/rnn-digits.keras', 'digits.npz', 64, true);
    const vector = referenceVector(problem.start.length);
    const step = 1e-5;
    const moved = (by: number) => problem.start.map((value, i) => value + by * vector[i]);
    const [here, ahead, behind] = [
      await problem.at(problem.start, vector),
      await problem.at(moved(step), vector),
      await problem.at(moved(-step), vector),
    ];
    relative((ahead.loss - behind.loss) / (2 * step), dot(here.slope, vector), 1e-6, 'the slope');
    const difference = ahead.slope.map((value, i) => (value - behind.slope[i]) / (2 * step));
    assert.ok(norm(difference.map((value, i) => value - here.product[i])) < 1e-7 * norm(here.product));
  });
});
