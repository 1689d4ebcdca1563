import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { corpus, corpusJson, openKeras, sumOf, tensorsOf } from './corpus';

interface Reference {
  order?: { name: string; shape: number[] }[];
  parameters: number;
}

interface Facts {
  trainable: { path: string; shape: number[]; sum: number }[];
  other: { path: string; shape: number[]; sum: number }[];
}

/** The ends of the two trainings are the example's. */
const example = (...parts: string[]) => join(__dirname, '../../../media/example', ...parts);
const RUNS: Readonly<Record<string, string>> = {
  'small-batch.json': example('small-batch', 'epoch-020.keras'),
  'large-batch.json': example('large-batch', 'epoch-100.keras'),
};

describe('checkpoints against their references', () => {
  for (const file of readdirSync(corpus('reference'))) {
    const { order } = corpusJson<Reference>('reference', file);
    if (!order || file.startsWith('torch-')) continue;
    it(`${file}: trainable tensors in order`, async () => {
      const { checkpoint } = await openKeras(RUNS[file] ?? corpus('keras', file.replace('.json', '.keras')));
      const trainable = tensorsOf(checkpoint.model).filter((tensor) => tensor.trainable);
      assert.deepEqual(
        trainable.map(({ path, shape }) => ({ name: path, shape: [...shape] })),
        order,
      );
    });
  }

  for (const name of ['mlp-digits', 'cnn-digits', 'keras2-cnn-digits']) {
    it(`${name}.h5 holds what ${name}.keras holds`, async () => {
      const modern = await openKeras(corpus('keras', `${name}.keras`));
      const legacy = await openKeras(corpus('keras', `${name}.h5`));
      assert.equal(legacy.checkpoint.format, 'hdf5');
      assert.deepEqual(tensorsOf(legacy.checkpoint.model), tensorsOf(modern.checkpoint.model));
      assert.deepEqual(legacy.checkpoint.compiledLoss, 'sparse_categorical_crossentropy');
      assert.deepEqual(modern.checkpoint.compiledLoss, 'sparse_categorical_crossentropy');
    });
  }

  it('reads a loss with its configuration', async () => {
    const { checkpoint } = await openKeras(corpus('keras/residual-digits.keras'));
    assert.equal((checkpoint.compiledLoss as { config: { from_logits: boolean } }).config.from_logits, true);
    assert.equal(checkpoint.kerasVersion, '3.15.1');
  });

  it('reads a TensorFlow.js model and hashes its weights too', async () => {
    const { checkpoint, files, sha256 } = await openKeras(corpus('tfjs/cnn-digits/model.json'));
    const tensors = tensorsOf(checkpoint.model);
    assert.deepEqual(
      tensors.map(({ path }) => path.replace(/_[A-Z]\w*\//, '/')),
      [
        ...['conv2d/kernel', 'conv2d/bias'],
        ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map((part) => `batch_normalization/${part}`),
        ...['dense/kernel', 'dense/bias', 'dense/kernel', 'dense/bias'],
      ],
    );
    assert.deepEqual(
      files.map(({ path, size }) => [basename(path), size]),
      [
        ['model.json', 3262],
        ['weights.bin', 4536],
      ],
    );
    assert.equal(sha256.length, 64);
  });
});

describe('structures', () => {
  for (const file of readdirSync(corpus('structures')).filter((name) => /\.(keras|h5)$/.test(name))) {
    const { trainable, other } = corpusJson<Facts>('structures', file.replace(/\.\w+$/, '.json'));
    it(`${file}: every weight in its place`, async () => {
      const { checkpoint } = await openKeras(corpus('structures', file));
      const tensors = tensorsOf(checkpoint.model);
      const compare = (found: typeof tensors, expected: Facts['trainable']) => {
        assert.deepEqual(
          found.map(({ shape }) => shape),
          expected.map(({ shape }) => shape),
        );
        found.forEach(({ path, data }, index) => {
          const { sum, path: expectedPath } = expected[index];
          assert.ok(
            Math.abs(sumOf(data) - sum) < 1e-5 * (1 + Math.abs(sum)),
            `${path}: ${sumOf(data)} is not ${sum}`,
          );
          assert.equal(path.split('/').at(-1), expectedPath.split('/').at(-1));
        });
      };
      compare(
        tensors.filter((tensor) => tensor.trainable),
        trainable,
      );
      compare(
        tensors.filter((tensor) => !tensor.trainable),
        other,
      );
    });
  }
});

describe('wiring', () => {
  for (const ending of ['keras', 'h5']) {
    it(`counts the calls of nested and shared layers from zero (.${ending})`, async () => {
      const { model } = (await openKeras(corpus('structures', `nested.${ending}`))).checkpoint;
      const called = (name: string) =>
        model.layers
          .find((layer) => layer.name === name)!
          .calls.map(({ arguments: [first] }) => (first.kind === 'tensor' ? first.tensor : first));
      assert.deepEqual(called('shared'), [
        { layer: 'x', call: 0, output: 0 },
        { layer: 'inner', call: 0, output: 0 },
      ]);
      assert.deepEqual(called('norm'), [{ layer: 'inner', call: 1, output: 0 }]);
      const ends = (await openKeras(corpus('structures', `nested-output.${ending}`))).checkpoint.model;
      assert.deepEqual(ends.outputs, [{ layer: 'body', call: 0, output: 0 }]);
    });
  }

  it('tells operations from layers and keeps inputs by name', async () => {
    const { model } = (await openKeras(corpus('structures/two-inputs.keras'))).checkpoint;
    assert.deepEqual(
      model.inputs.map(({ layer }) => layer),
      ['a', 'b'],
    );
    assert.ok(model.layers.some(({ className }) => className === 'ops.Add'));
  });

  it('reads keyword tensors', async () => {
    const { model } = (await openKeras(corpus('structures/sequences.keras'))).checkpoint;
    const attention = model.layers.find(({ name }) => name === 'attention')!;
    assert.equal(attention.calls[0].keywords.value.kind, 'tensor');
    assert.deepEqual(Object.keys(attention.children), [
      'query_dense',
      'key_dense',
      'value_dense',
      'output_dense',
    ]);
  });
});

describe('several files at once', () => {
  it('keeps them apart', async () => {
    const files = [
      'keras/mlp-digits.h5',
      'structures/nested.h5',
      'keras/keras2-cnn-digits.keras',
      'keras/mlp-digits.weights.h5',
    ];
    const opened = await Promise.allSettled(files.map((file) => openKeras(corpus(file))));
    assert.deepEqual(
      opened.map((result) =>
        result.status === 'fulfilled' ? result.value.checkpoint.model.name : 'refused',
      ),
      ['mlp_digits', 'outer', 'sequential', 'refused'],
    );
  });
});
