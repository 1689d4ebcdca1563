import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { openWeights } from '../../../src/formats/checkpoints/open';
import { temporaryFolder } from '../../support/corpus';
import { floats, npz } from '../../support/npz';
import { corpus, openKeras, tensorsOf } from './corpus';

/** What a checkpoint's network has: each tensor with its numbers. */
async function networkOf(path: string, model?: string, rows?: readonly (readonly number[])[]) {
  const opened = await openModel(path, undefined, rows && (() => rows), model === undefined ? {} : { model });
  return {
    sha256: opened.sha256,
    tensors: opened.model.tensors.map(({ name, shape, trainable, data }) => ({
      ...{ name, shape: [...shape], trainable },
      data: [...data],
    })),
  };
}

const saved = (name: string, content: string | Uint8Array): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
};

const keras = (name: string) => corpus('keras', name);

describe('weights that Keras saved alone, in an architecture that is named', () => {
  for (const [weights, model] of [
    ['mlp-digits.weights.h5', 'mlp-digits.keras'],
    ['mlp-digits.weights.h5', 'mlp-digits.h5'],
    ['residual-digits.weights.h5', 'residual-digits.keras'],
    ['keras2-cnn-digits.weights-only.h5', 'keras2-cnn-digits.keras'],
    ['keras2-cnn-digits.weights-only.h5', 'keras2-cnn-digits.h5'],
  ])
    it(`${weights} in ${model} is the whole model`, async () => {
      const [filled, whole] = [await networkOf(keras(weights), keras(model)), await networkOf(keras(model))];
      assert.deepEqual(filled.tensors, whole.tensors);
      assert.notEqual(filled.sha256, whole.sha256);
    });

  it('has its architecture in what model.to_json() wrote, too', async () => {
    const { checkpoint } = await openKeras(keras('residual-digits.keras'));
    const config = { ...(checkpoint.config as object), keras_version: '3.15.1', backend: 'jax' };
    const json = saved('model.json', JSON.stringify(config));
    assert.deepEqual(
      (await networkOf(keras('residual-digits.weights.h5'), json)).tensors,
      (await networkOf(keras('residual-digits.keras'))).tensors,
    );
  });

  it('finds layers whose counters went on in a session, as Keras does', async () => {
    for (const [name, weights] of [
      ['mlp-digits.keras', 'mlp-digits.weights.h5'],
      ['keras2-cnn-digits.keras', 'keras2-cnn-digits.weights-only.h5'],
    ]) {
      const { checkpoint } = await openKeras(keras(name));
      const renamed = checkpoint.model.layers.reduce(
        (text, layer) => text.replaceAll(`"${layer.name}"`, `"${layer.name}_7"`),
        JSON.stringify(checkpoint.config),
      );
      const found = (await networkOf(keras(weights), saved('model.json', renamed))).tensors;
      const whole = (await networkOf(keras(name))).tensors;
      assert.deepEqual(
        found.map(({ data }) => data),
        whole.map(({ data }) => data),
      );
    }
  });

  it('is refused in an architecture that is not its own, and without one', async () => {
    for (const [weights, model, sentence] of [
      [
        'mlp-digits.weights.h5',
        'residual-digits.keras',
        /holds weights for a layer "dense_1", which is not there|asks for|holds no weights for layer/,
      ],
      [
        'keras2-cnn-digits.weights-only.h5',
        'mlp-digits.keras',
        /holds weights for a layer "conv2d", which is not there|has \d+ weights|has shape/,
      ],
      ['mlp-digits.weights.h5', '../torch/weights/cnn.pt2', /is no architecture of Keras/],
    ] as const)
      await assert.rejects(networkOf(keras(weights), keras(model)), sentence);
    await assert.rejects(
      networkOf(keras('mlp-digits.weights.h5')),
      /weights only.*by "model" in landscape\.json/,
    );
  });
});

describe('arrays of NumPy, in an architecture that is named', () => {
  /** As `np.savez(file, *model.get_weights())` and `np.savez(file, **{v.path: v})` write them. */
  const arraysOf = async (name: string, nameOf: (path: string, i: number) => string) => {
    const { checkpoint } = await openKeras(keras(name));
    const arrays = tensorsOf(checkpoint.model).map(
      ({ path, shape, data }, i) => [nameOf(path, i), floats(shape, data)] as const,
    );
    return Object.fromEntries(arrays);
  };

  for (const [how, nameOf] of [
    ['by number', (_: string, i: number) => `arr_${i}`],
    ['by path', (path: string) => path],
  ] as const)
    it(`are the weights of Keras, ${how}`, async () => {
      for (const name of ['mlp-digits.keras', 'residual-digits.keras']) {
        const weights = saved('weights.npz', npz(await arraysOf(name, nameOf)));
        assert.deepEqual(
          (await networkOf(weights, keras(name))).tensors,
          (await networkOf(keras(name))).tensors,
        );
      }
    });

  it('are refused where one is missing or too many', async () => {
    const arrays = await arraysOf('mlp-digits.keras', (_, i) => `arr_${i}`);
    const { arr_0: _, ...fewer } = arrays;
    const model = keras('mlp-digits.keras');
    await assert.rejects(networkOf(saved('a.npz', npz(fewer)), model), /asks for|weights where/);
    await assert.rejects(
      networkOf(saved('b.npz', npz({ ...arrays, arr_99: floats([1], [1]) })), model),
      /holds \d+ arrays, and the architecture in .* has \d+ weights/,
    );
  });

  it('are the weights of PyTorch, by the names of the state dict', async () => {
    const [plain, program] = ['plain.pt', 'cnn.pt2'].map((name) => corpus('torch/weights', name));
    const { tensors } = await openWeights(plain);
    const arrays = [...tensors].flatMap(([name, { type, shape, data }]) =>
      type.type === 'float' ? [[name, floats(shape, data)] as const] : [],
    );
    const weights = saved('state.npz', npz(Object.fromEntries(arrays)));
    const rows = [[3, 8, 8]];
    assert.deepEqual(
      (await networkOf(weights, program, rows)).tensors,
      (await networkOf(plain, program, rows)).tensors,
    );
  });
});
