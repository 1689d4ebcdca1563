import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph } from '../../../src/autodiff/graph';
import { reduceSum } from '../../../src/autodiff/operations';
import { sizeOf } from '../../../src/core/size-of';
import { buildKerasModel } from '../../../src/formats/checkpoints/keras/build';
import type { KerasCheckpoint, LayerDescription } from '../../../src/formats/checkpoints/keras/description';
import { knownCells } from '../../../src/formats/checkpoints/keras/layers/cells';
import { knownOperations } from '../../../src/formats/checkpoints/keras/layers/table';
import { readStructure } from '../../../src/formats/checkpoints/keras/structure';
import { lossSpec } from '../../../src/network/loss-spec';
import { perRowLoss } from '../../../src/network/losses';
import { maskOf } from '../../../src/network/masks';
import type { Model } from '../../../src/network/model';
import { close, evaluate, indices, tensor, valuesOf } from './evaluate';

interface Plain {
  readonly shape: number[];
  readonly data: number[];
}

interface Weights {
  readonly variables: readonly (Plain & { readonly name: string })[];
  readonly children: Readonly<Record<string, Weights>>;
}

/** A small model as Keras describes and computes it; test/corpus/make/networks.py writes them. */
interface Network {
  readonly name: string;
  readonly model: unknown;
  readonly weights: Readonly<Record<string, Weights>>;
  readonly inputs: readonly Plain[];
  readonly output: Plain;
  readonly mask?: readonly (readonly number[])[] | null;
  readonly losses?: readonly (number | null)[];
}

const stored = (file: string): Network[] =>
  JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, `../../corpus/layers/${file}.json`), 'utf8'),
  ) as Network[];

function filled(layer: LayerDescription, weights: Weights | undefined): LayerDescription {
  if (!weights) return layer;
  return {
    ...layer,
    variables: weights.variables.map(({ name, shape, data }) => ({
      name,
      shape,
      data: Float64Array.from(data),
    })),
    children: Object.fromEntries(
      Object.entries(layer.children).map(([key, child]) => [key, filled(child, weights.children[key])]),
    ),
    ...(layer.model && {
      model: {
        ...layer.model,
        layers: layer.model.layers.map((inner) => filled(inner, weights.children[inner.name])),
      },
    }),
  };
}

function modelOf({ model, weights, inputs }: Network): Model {
  const structure = readStructure(model, 'the model');
  const checkpoint: KerasCheckpoint = {
    format: 'keras',
    kerasVersion: '3.15.1',
    config: undefined,
    compiledLoss: undefined,
    notes: [],
    model: { ...structure, layers: structure.layers.map((layer) => filled(layer, weights[layer.name])) },
  };
  return buildKerasModel(
    checkpoint,
    inputs.map(({ shape }) => shape.slice(1)),
  );
}

function outputOf(model: Model, { inputs }: Network, rows: number) {
  const graph = new Graph();
  const nodes = new Map(
    model.tensors.map(({ name, shape, data }) => [name, tensor(graph, shape, Array.from(data))] as const),
  );
  return { graph, output: model.apply(graph, nodes, fedTo(graph, model, { inputs }, rows))[0] };
}

function fedTo(graph: Graph, model: Model, { inputs }: Pick<Network, 'inputs'>, rows: number) {
  return inputs.map(({ shape, data }, i) => {
    const make = model.inputs[i].dtype === 'int32' ? indices : tensor;
    const width = data.length / shape[0];
    return make(graph, [rows, ...shape.slice(1)], data.slice(0, rows * width));
  });
}

const seen = new Set<string>();
const note = ({ layers }: Model) =>
  layers.forEach(({ className }) => seen.add(className.replace('ops.', '')));

for (const file of ['operations', 'open', 'calls', 'more-operations', 'further-operations'])
  describe(`networks as Keras computes them: ${file}`, () => {
    for (const network of stored(file))
      it(network.name, async () => {
        const model = modelOf(network);
        const { output } = outputOf(model, network, 2);
        assert.deepEqual([...output.shape], network.output.shape);
        close(await valuesOf(output), network.output.data, file === 'operations' ? 1e-6 : 5e-6);
        note(model);
      });
  });

describe('masks as Keras passes them on', () => {
  for (const network of stored('masks'))
    it(network.name, async () => {
      const model = modelOf(network);
      note(model);
      const { graph, output } = outputOf(model, network, 2);
      assert.deepEqual([...output.shape], network.output.shape);
      close(await valuesOf(output), network.output.data, 5e-6);
      const mask = maskOf(output);
      if (!mask || !network.mask) return assert.equal(mask ?? null, network.mask ?? null);
      assert.deepEqual(await valuesOf(mask), network.mask.flat(Infinity));
      if (!network.losses || network.losses.includes(null)) return;
      const zeros = graph.fill(0, output.shape);
      close(
        await valuesOf(perRowLoss(output, zeros, lossSpec('mean-squared-error'))),
        network.losses as number[],
        5e-6,
      );
      assert.ok(model.notes.some((note) => /skip masked steps/.test(note)));
    });

  it('are there for every cell', () => {
    assert.deepEqual([...knownCells].sort(), ['GRUCell', 'LSTMCell', 'SimpleRNNCell', 'StackedRNNCells']);
  });
});

describe('the table of operations', () => {
  it('has none without a case', () => {
    assert.deepEqual(
      knownOperations().filter((name) => !seen.has(name)),
      [],
    );
  });
});

describe('products of masked networks', () => {
  const families =
    /^(masking, (SimpleRNN|GRU|LSTM)|stacked cells|both ways, sequences True|mask kept by normalization and dropout|Concatenate of masked|self-attention|causal self-attention with dropout|grouped-query attention|Attention|AdditiveAttention|an embedding that ends the model too)$/;
  const chosen = stored('masks').filter(({ name }) => families.test(name));
  it('are tested for every family', () => assert.equal(chosen.length, 13));
  for (const network of chosen)
    it(`${network.name}: the difference of gradients`, async () => {
      const model = modelOf(network);
      const parameters = model.tensors.filter(({ trainable }) => trainable);
      const start = parameters.map(({ data }) => Float64Array.from(data));
      const directions = parameters.map(({ shape }, t) =>
        Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + t + 1)),
      );
      const at = async (shift: number) => {
        const graph = new Graph();
        const nodes = new Map(
          model.tensors.map(({ name, shape, data, trainable }) => [
            name,
            trainable ? graph.input(name, shape) : tensor(graph, shape, Array.from(data)),
          ]),
        );
        const [output] = model.apply(graph, nodes, fedTo(graph, model, network, 2));
        const target = tensor(graph, output.shape, (i) => Math.cos(i));
        const loss = reduceSum(perRowLoss(output, target, lossSpec('mean-squared-error')));
        const inputs = parameters.map(({ name }) => nodes.get(name)!);
        const slopes = gradient(loss, inputs);
        const vector = directions.map((data, t) => graph.constant(data, parameters[t].shape));
        const feeds = parameters.map(({ name }, t) => [
          name,
          start[t].map((value, i) => value + shift * directions[t][i]),
        ]);
        const values = await evaluate(
          [...slopes, ...hvp(slopes, inputs, vector)],
          Object.fromEntries(feeds) as Record<string, Float64Array>,
        );
        const flat = (all: typeof values) => all.flatMap((part) => Array.from(part));
        return { slopes: flat(values.slice(0, inputs.length)), products: flat(values.slice(inputs.length)) };
      };
      const step = 1e-5;
      const [here, ahead, behind] = [await at(0), await at(step), await at(-step)];
      const difference = ahead.slopes.map((value, i) => (value - behind.slopes[i]) / (2 * step));
      assert.ok(here.products.some((value) => Math.abs(value) > 1e-3));
      close(here.products, difference, 1e-6);
    });
});
