import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInModel } from '../../../src/formats/built-in/built-in-model';
import { buildKerasModel } from '../../../src/formats/checkpoints/keras/build';
import { UserError } from '../../../src/core/errors';
import { modelDescriptionSchema } from '../../../src/contract/run-file';
import { builtIn } from '../../support/written-cases';
import { corpusJson } from './corpus';

/** A weight of Keras' own network with its moments over 40 draws: test/corpus/make/initial.py. */
interface Drawn {
  readonly name: string;
  readonly shape: number[];
  readonly trainable: boolean;
  readonly mean: number;
  readonly deviation: number;
}

/** Fewer draws here. */
const DRAWS = 10;
const drawn = corpusJson<Record<string, { parameters: number; weights: Drawn[] }>>('initial.json');

const NETWORKS: Record<string, [description: object, inputShape: number[]]> = {
  mlp: [{ kind: 'mlp', hidden: [64, 32] }, [4]],
  cnn: [{ kind: 'cnn', filters: [4, 8], hidden: [10], batchNorm: true, dropout: 0.1 }, [12, 12]],
  'resnet-8': [{ kind: 'residual' }, [12, 12, 3]],
  rnn: [{ kind: 'recurrent', cell: 'rnn', units: 8, layers: 2 }, [6, 3]],
  gru: [{ kind: 'recurrent', cell: 'gru', units: 8, layers: 2 }, [6, 3]],
  lstm: [{ kind: 'recurrent', units: 8, layers: 2, vocabulary: 50 }, [6]],
  transformer: [{ kind: 'transformer', width: 12, heads: 3, layers: 1 }, [6, 5]],
};

const tensorsOf = (description: object, shape: number[], seed = 1) =>
  buildKerasModel(builtIn(description, shape, seed)).tensors;
const named = (tensors: ReturnType<typeof tensorsOf>, name: string) => {
  const found = tensors.find((tensor) => tensor.name.endsWith(name));
  assert.ok(found, name);
  return found;
};
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

describe('networks from a description', () => {
  for (const [name, [description, shape]] of Object.entries(NETWORKS))
    it(`${name}: Keras' weights, and the moments of its initializers`, () => {
      const draws = Array.from({ length: DRAWS }, (_, i) => tensorsOf(description, shape, i + 1));
      const expected = drawn[name].weights
        .map((weight) => ({ ...weight, key: `${weight.name} ${weight.shape.join()} ${weight.trainable}` }))
        .sort(byKey);
      const made = draws[0]
        .map((tensor, i) => {
          const values = draws.flatMap((tensors) => Array.from(tensors[i].data));
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const deviation = Math.sqrt(
            values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
          );
          const weight = tensor.name.split('/').at(-1)!;
          return {
            key: `${weight} ${tensor.shape.join()} ${tensor.trainable}`,
            mean,
            deviation,
            count: values.length,
          };
        })
        .sort(byKey);
      assert.deepEqual(
        made.map(({ key }) => key),
        expected.map(({ key }) => key),
      );
      assert.equal(
        draws[0].reduce((sum, { data }) => sum + data.length, 0),
        drawn[name].parameters,
      );
      made.forEach(({ key, mean, deviation, count }, i) => {
        // Five standard errors of the difference from Keras' 40 draws (no value is more spread than a normal one).
        const error = 5 * Math.sqrt(1 + DRAWS / 40) * expected[i].deviation;
        assert.ok(
          Math.abs(mean - expected[i].mean) <= error / Math.sqrt(count) + 1e-4,
          `mean of ${key}: ${mean}`,
        );
        assert.ok(
          Math.abs(deviation - expected[i].deviation) <= error / Math.sqrt(2 * count) + 1e-4,
          `deviation of ${key}: ${deviation}`,
        );
      });
    });

  it('have orthonormal recurrent kernels and open forget gates', () => {
    for (const cell of ['rnn', 'gru', 'lstm']) {
      const tensors = tensorsOf({ kind: 'recurrent', cell, units: 6 }, [5, 2]);
      const { shape, data } = named(tensors, 'recurrent_kernel');
      const row = (i: number) => Array.from(data.subarray(i * shape[1], (i + 1) * shape[1]));
      for (let i = 0; i < 6; i++)
        for (let j = 0; j < 6; j++) {
          const product = row(i).reduce((sum, value, k) => sum + value * row(j)[k], 0);
          assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-6);
        }
    }
    const lstm = named(tensorsOf({ kind: 'recurrent', units: 3 }, [5, 2]), 'bias').data;
    assert.deepEqual(Array.from(lstm), [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('are the same for the same seed, others for another, and no two tensors begin alike', () => {
    const [description, shape] = NETWORKS.mlp;
    assert.deepEqual(builtIn(description, shape, 3), builtIn(description, shape, 3));
    const [a, b] = [3, 4].map((seed) => tensorsOf(description, shape, seed)[0].data);
    assert.notDeepEqual(a, b);
    const hidden = tensorsOf({ kind: 'mlp', hidden: [4, 4] }, [4]).filter(({ role }) => role === 'kernel');
    assert.notDeepEqual(hidden[0].data, hidden[1].data);
  });

  it('bear names that say where a layer stands, and compile with the loss they are trained for', () => {
    const checkpoint = builtInModel(
      modelDescriptionSchema.parse({ kind: 'residual', filters: [4, 8], dropout: 0.5 }),
      {
        inputShape: [8, 8],
        inputDtype: 'float',
        outputs: 1,
        outputActivation: 'linear',
        loss: 'binary-crossentropy',
        seed: 1,
        dropout: 0.25,
      },
    );
    const layers = checkpoint.model.layers.map(({ name }) => name);
    for (const name of [
      'stem_conv',
      'stage_2_block_1_projection',
      'stage_1_block_1_conv_2',
      'mean',
      'output',
    ])
      assert.ok(layers.includes(name), name);
    const rates = checkpoint.model.layers.flatMap(({ config }) =>
      config.rate === undefined ? [] : [config.rate],
    );
    assert.deepEqual(rates, [0.25, 0.25]);
    assert.deepEqual(checkpoint.compiledLoss, {
      class_name: 'BinaryCrossentropy',
      config: { from_logits: true },
    });
    const { outputShape, inputs } = buildKerasModel(checkpoint);
    assert.deepEqual([outputShape, inputs[0].shape], [[1], [8, 8]]);
  });

  const refused: [object, number[], RegExp][] = [
    [{ kind: 'cnn' }, [64], /^a "cnn" needs rows of \[height, width\] .* but these are \[64\]; choose "mlp"/],
    [{ kind: 'residual' }, [2, 3, 4, 5], /^a "residual" needs rows .* but these are \[2, 3, 4, 5\]/],
    [
      { kind: 'transformer', vocabulary: 5 },
      [4, 4],
      /^a "transformer" with a "vocabulary" needs rows of indices/,
    ],
  ];
  for (const [description, shape, message] of refused)
    it(`say which rows they need: ${JSON.stringify(description)} on [${shape.join(', ')}]`, () => {
      assert.throws(
        () => builtIn(description, shape),
        (error) => error instanceof UserError && message.test(error.message),
      );
    });
});

it('networks that need more memory than there is are refused before any is taken', () => {
  assert.throws(
    () => builtIn({ kind: 'mlp', hidden: [1e9, 1e9] }, [64], 1),
    /training the network under "model" needs about 24,000,\d{3},\d{3} GB of memory, and .* make it smaller/,
  );
});
