import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gradient } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { mul, reduceSum } from '../../../src/autodiff/operations';
import { buildKerasModel } from '../../../src/formats/checkpoints/keras/build';
import type { KerasCheckpoint, LayerDescription } from '../../../src/formats/checkpoints/keras/description';
import type { ModelTensor, TrainingPass } from '../../../src/network/model';
import { random } from '../../../src/core/random';
import { UserError } from '../../../src/core/errors';
import { close, evaluate, tensor, valuesOf } from './evaluate';

const layer = (className: string, more: Partial<LayerDescription> = {}): LayerDescription => ({
  className,
  name: className.toLowerCase(),
  config: {},
  trainable: true,
  variables: [],
  children: {},
  calls: [],
  ...more,
});

/** A Sequential model of one layer on rows of this shape. */
function model(tested: LayerDescription, row: readonly number[]) {
  const input = layer('InputLayer', { config: { batch_shape: [null, ...row] } });
  const checkpoint: KerasCheckpoint = {
    format: 'keras',
    kerasVersion: '3.15.0',
    model: { kind: 'Sequential', name: 'model', layers: [input, tested], inputs: [], outputs: [] },
    compiledLoss: undefined,
    config: {},
    notes: [],
  };
  return buildKerasModel(checkpoint);
}

const variable = (name: string, data: readonly number[]) => ({
  name,
  shape: [data.length],
  data: Float64Array.from(data),
});

const batchNormalization = (more: Partial<LayerDescription> = {}) =>
  layer('BatchNormalization', {
    config: { axis: -1, epsilon: 1e-3, momentum: 0.9 },
    variables: [
      variable('gamma', [1.5, 0.5]),
      variable('beta', [0.25, -1]),
      variable('moving_mean', [1, 2]),
      variable('moving_variance', [4, 3]),
    ],
    ...more,
  });

const ROWS = [1, 2, 3, 5, 8, 13, -1, 0.5];

/** A pass with seeded draws that remembers what became of the statistics. */
function pass(graph: Graph, seed = 1): TrainingPass & { readonly updated: Map<string, Node> } {
  const source = random(seed);
  const updated = new Map<string, Node>();
  return {
    updated,
    uniform: (shape) => tensor(graph, [...shape], () => source.uniform()),
    normal: (shape) => tensor(graph, [...shape], () => source.normal()),
    update: ({ name }: ModelTensor, value) => void updated.set(name, value),
  };
}

describe('batch normalization in training mode', () => {
  it('normalizes by the statistics of the batch and moves the running ones as Keras 3 does', async () => {
    const graph = new Graph();
    const built = model(batchNormalization(), [2]);
    const tensors = new Map(
      built.tensors.map(({ name, shape, data }) => [name, tensor(graph, shape, [...data])]),
    );
    const training = pass(graph);
    const [output] = built.apply(graph, tensors, [tensor(graph, [4, 2], ROWS)], training);
    const columns = [0, 1].map((c) => ROWS.filter((_, i) => i % 2 === c));
    const means = columns.map((column) => column.reduce((a, b) => a + b) / 4);
    const variances = columns.map((column, c) => column.reduce((sum, x) => sum + (x - means[c]) ** 2, 0) / 4);
    const expected = ROWS.map((x, i) => {
      const c = i % 2;
      return ((x - means[c]) / Math.sqrt(variances[c] + 1e-3)) * [1.5, 0.5][c] + [0.25, -1][c];
    });
    close(await valuesOf(output), expected);
    close(
      await valuesOf(training.updated.get('batchnormalization/moving_mean')!),
      means.map((m, c) => 0.9 * [1, 2][c] + 0.1 * m),
    );
    close(
      await valuesOf(training.updated.get('batchnormalization/moving_variance')!),
      variances.map((v, c) => 0.9 * [4, 3][c] + 0.1 * v),
    );
  });

  it('is differentiated through the statistics', async () => {
    const built = model(batchNormalization(), [2]);
    const loss = (graph: Graph, x: Node) => {
      const tensors = new Map(
        built.tensors.map(({ name, shape, data }) => [name, tensor(graph, shape, [...data])]),
      );
      const [output] = built.apply(graph, tensors, [x], pass(graph));
      return reduceSum(
        mul(
          mul(output, output),
          tensor(graph, [4, 2], (i) => 1 + i * i),
        ),
      );
    };
    const graph = new Graph();
    const x = graph.input('x', [4, 2]);
    const [slope] = await evaluate(gradient(loss(graph, x), [x]), { x: Float64Array.from(ROWS) });
    const at = async (values: readonly number[]) => {
      const other = new Graph();
      return (await valuesOf(loss(other, tensor(other, [4, 2], values))))[0];
    };
    for (let i = 0; i < ROWS.length; i++) {
      const moved = (by: number) => ROWS.map((value, k) => (k === i ? value + by : value));
      const difference = ((await at(moved(1e-5))) - (await at(moved(-1e-5)))) / 2e-5;
      assert.ok(
        Math.abs(slope[i] - difference) < 1e-5 * Math.max(1, Math.abs(difference)),
        `${slope[i]} ${difference}`,
      );
    }
  });

  it('stays in inference mode when frozen', async () => {
    const graph = new Graph();
    const built = model(batchNormalization({ trainable: false }), [2]);
    const tensors = new Map(
      built.tensors.map(({ name, shape, data }) => [name, tensor(graph, shape, [...data])]),
    );
    const x = tensor(graph, [4, 2], ROWS);
    const training = pass(graph);
    const [trained] = built.apply(graph, tensors, [x], training);
    const [inferred] = built.apply(graph, tensors, [x]);
    close(await valuesOf(trained), await valuesOf(inferred));
    assert.equal(training.updated.size, 0);
  });
});

describe('dropout in training mode', () => {
  const applied = async (tested: LayerDescription, row: readonly number[], rows: number) => {
    const graph = new Graph();
    const x = tensor(graph, [rows, ...row], () => 1);
    return valuesOf(model(tested, row).apply(graph, new Map(), [x], pass(graph))[0]);
  };

  it('zeroes its share and scales the rest, so that the mean stays', async () => {
    const values = await applied(layer('Dropout', { config: { rate: 0.25 } }), [50], 200);
    const dropped = values.filter((value) => value === 0).length / values.length;
    // 10,000 draws: four standard errors are 0.0173.
    assert.ok(Math.abs(dropped - 0.25) < 0.0174, String(dropped));
    close(
      values.filter((value) => value !== 0),
      values.filter((value) => value !== 0).map(() => 4 / 3),
    );
  });

  it('drops whole channels where it is spatial', async () => {
    const values = await applied(layer('SpatialDropout1D', { config: { rate: 0.5 } }), [6, 4], 5);
    for (let row = 0; row < 5; row++)
      for (let channel = 0; channel < 4; channel++) {
        const along = Array.from({ length: 6 }, (_, step) => values[row * 24 + step * 4 + channel]);
        assert.equal(new Set(along).size, 1);
      }
  });

  it('keeps mean and variance of a standard normal under alpha dropout', async () => {
    const graph = new Graph();
    const source = random(3);
    const x = tensor(graph, [400, 50], () => source.normal());
    const tested = layer('AlphaDropout', { config: { rate: 0.2 } });
    const values = await valuesOf(model(tested, [50]).apply(graph, new Map(), [x], pass(graph))[0]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(mean) < 0.03, String(mean));
    assert.ok(Math.abs(variance - 1) < 0.05, String(variance));
  });
});

describe('what cannot be trained', () => {
  it('is refused by name instead of being left out', () => {
    const graph = new Graph();
    const x = tensor(graph, [2, 4, 4, 3], () => 1);
    const built = model(layer('RandomFlip', { config: { mode: 'horizontal' } }), [4, 4, 3]);
    assert.throws(
      () => built.apply(graph, new Map(), [x], pass(graph)),
      (error: unknown) =>
        error instanceof UserError &&
        error.message ===
          'the layer "randomflip" (RandomFlip) changes images while training, which is not done inside the model here: remove it and use "augmentation" in the run file.',
    );
  });
});
