import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { buildKerasModel } from '../../../src/formats/checkpoints/keras/build';
import type {
  CallArgument,
  KerasCheckpoint,
  LayerDescription,
} from '../../../src/formats/checkpoints/keras/description';
import { REFUSED_LAYERS, REFUSED_OPERATIONS } from '../../../src/formats/checkpoints/keras/layers/refused';
import { knownLayers, knownOperations } from '../../../src/formats/checkpoints/keras/layers/table';
import { close, indices, tensor, valuesOf } from './evaluate';

interface Plain {
  readonly shape: number[];
  readonly data: number[];
}

/** A layer as Keras serializes it; test/corpus/make/layers.py writes them. */
interface StoredLayer {
  readonly className: string;
  readonly config: Record<string, unknown>;
  readonly variables: readonly (Plain & { readonly name: string })[];
  readonly children: Readonly<Record<string, StoredLayer>>;
}

interface Case {
  readonly name: string;
  readonly layer: StoredLayer;
  readonly inputs: readonly Plain[];
  readonly keywords: Readonly<Record<string, unknown>>;
  /** The inputs are class indices. */
  readonly indices?: boolean;
  readonly output: Plain;
}

function described(layer: StoredLayer): LayerDescription {
  return {
    className: layer.className,
    name: layer.config.name as string,
    config: layer.config,
    trainable: true,
    variables: layer.variables.map(({ name, shape, data }) => ({
      name,
      shape,
      data: Float64Array.from(data),
    })),
    children: Object.fromEntries(
      Object.entries(layer.children).map(([key, child]) => [key, described(child)]),
    ),
    calls: [],
  };
}

/** A Functional model of one layer. */
function modelOf({ layer, inputs, keywords }: Case): KerasCheckpoint {
  const sources = inputs.map(({ shape }, i) => ({
    ...described({
      className: 'InputLayer',
      config: { name: `in${i}`, batch_shape: [null, ...shape.slice(1)] },
      variables: [],
      children: {},
    }),
  }));
  const references = sources.map(({ name }) => ({ layer: name, call: 0, output: 0 }));
  const tested = described(layer);
  const tensors = references.map((reference): CallArgument => ({ kind: 'tensor', tensor: reference }));
  const options = Object.entries(keywords).map(([name, value]) => [name, { kind: 'value', value }] as const);
  return {
    format: 'keras',
    kerasVersion: '3.15.1',
    config: undefined,
    compiledLoss: undefined,
    notes: [],
    model: {
      kind: 'Functional',
      name: 'model',
      layers: [
        ...sources,
        { ...tested, calls: [{ arguments: tensors, keywords: Object.fromEntries(options) }] },
      ],
      inputs: references,
      outputs: [{ layer: tested.name, call: 0, output: 0 }],
    },
  };
}

const tested = new Set<string>();

for (const file of ['others', 'convolutions'])
  describe(`layers as Keras computes them: ${file}`, () => {
    const cases = JSON.parse(
      readFileSync(path.resolve(import.meta.dirname, `../../corpus/layers/${file}.json`), 'utf8'),
    ) as Case[];
    for (const stored of cases) {
      tested.add(stored.layer.className);
      it(stored.name, async () => {
        const model = buildKerasModel(modelOf(stored));
        const graph = new Graph();
        const nodes = new Map(
          model.tensors.map(
            ({ name, shape, data }) => [name, tensor(graph, shape, Array.from(data))] as const,
          ),
        );
        const inputs = stored.inputs.map(({ shape, data }) =>
          (stored.indices ? indices : tensor)(graph, shape, data),
        );
        const [output] = model.apply(graph, nodes, inputs);
        assert.deepEqual([...output.shape], stored.output.shape);
        close(await valuesOf(output), stored.output.data, file === 'others' ? 3e-6 : 5e-7);
      });
    }
  });

describe('the table of refusals', () => {
  it('names nothing that is supported', () => {
    const supported = new Set(knownLayers());
    assert.deepEqual(
      REFUSED_LAYERS.flatMap(({ names }) => names.filter((name) => supported.has(name))),
      [],
    );
    const operations = new Set(knownOperations());
    assert.deepEqual(
      REFUSED_OPERATIONS.flatMap(({ names }) => names.filter((name) => operations.has(name))),
      [],
    );
  });
});

describe('the table of layers', () => {
  it('is tested against Keras but for what only trains or belongs to Keras 2', () => {
    const untested = knownLayers().filter((name) => !tested.has(name));
    assert.deepEqual(
      untested.filter(
        (name) =>
          !/Dropout|Noise|^Random|Regularization$|^Identity$|Cell|^(AugMix|CutMix|Equalization|MixUp|RandAugment|Solarization)$/.test(
            name,
          ),
      ),
      // Masking is in keras-networks.test.ts.
      ['Functional', 'InputLayer', 'Masking', 'Sequential', 'SyncBatchNormalization', 'ThresholdedReLU'],
    );
  });
});
