import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { openModel } from '../../../src/formats/model';

const corpus = path.resolve(import.meta.dirname, '../../corpus');

describe('models that Keras nested and shared itself', () => {
  for (const file of ['nested.keras', 'nested.h5'])
    it(`${file}: tensors in Keras' order, the frozen ones as state`, async () => {
      const { model } = await openModel(path.join(corpus, 'structures', file));
      const names = (trainable: boolean) =>
        model.tensors.filter((t) => t.trainable === trainable).map(({ name }) => name);
      assert.deepEqual(names(true), [
        'shared/kernel',
        'shared/bias',
        'inner/inner_hidden/kernel',
        'inner/inner_hidden/bias',
        'inner/inner_norm/gamma',
        'inner/inner_norm/beta',
        'inner/inner_out/kernel',
        'inner/inner_out/bias',
        'head/kernel',
        'head/bias',
      ]);
      assert.ok(names(false).includes('norm/gamma') && names(false).includes('inner/inner_norm/moving_mean'));
    });

  it('a kernel that the file holds twice is one tensor', async () => {
    const { model } = await openModel(path.join(corpus, 'layers', 'spectral.keras'));
    assert.deepEqual(
      model.tensors.map(({ name }) => name),
      ['spectral/inside/kernel', 'spectral/inside/bias'],
    );
  });

  it('attention of every kind, behind a mask', async () => {
    const { model } = await openModel(path.join(corpus, 'structures', 'attention.keras'));
    assert.deepEqual(model.outputShape, [4, 3]);
    assert.ok(model.tensors.every(({ trainable }) => trainable));
    assert.ok(model.tensors.some(({ name }) => name === 'grouped/gate/kernel'));
  });

  it('the output may be a nested model', async () => {
    const archive = await openModel(path.join(corpus, 'structures', 'nested-output.keras'));
    const legacy = await openModel(path.join(corpus, 'structures', 'nested-output.h5'));
    assert.deepEqual(archive.model.tensors, legacy.model.tensors);
    assert.deepEqual(archive.model.outputShape, [3]);
  });
});
