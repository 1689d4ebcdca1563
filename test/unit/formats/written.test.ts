import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { kerasBytes } from '../../../src/formats/checkpoints/write/keras';
import { buildModel, openModel } from '../../../src/formats/model';
import type { Model } from '../../../src/network/model';
import { writeCases } from '../../corpus/make/written';
import { temporaryFolder } from '../../support/corpus';
import { WRITTEN_CASES, written } from '../../support/written-cases';
import { close, indices, tensor, valuesOf } from '../network/evaluate';
import { corpus, corpusJson } from './corpus';

/** What Keras 3.15 computes from a file of this hash: test/corpus/make/written.py. */
interface Loaded {
  readonly name: string;
  readonly sha256: string;
  readonly parameters: number;
  readonly skips_optimizer: boolean;
  readonly shape: number[];
  readonly output: number[];
}

const kept = new Map(corpusJson<Loaded[]>('written.json').map((loaded) => [loaded.name, loaded] as const));

type Written = Awaited<ReturnType<typeof written>>;

async function outputOf(model: Model, { values, inputs }: Pick<Written, 'values' | 'inputs'>) {
  const graph = new Graph();
  const nodes = new Map(
    model.tensors.map(
      ({ name, shape }) => [name, tensor(graph, shape, Array.from(values.get(name)!))] as const,
    ),
  );
  const fed = inputs.map(({ dtype, shape, data }) =>
    (dtype === 'int32' ? indices : tensor)(graph, shape, data),
  );
  const [output] = model.apply(graph, nodes, fed);
  return { shape: [...output.shape], data: await valuesOf(output) };
}

describe('checkpoints that are written', () => {
  const folder = temporaryFolder();
  for (const tested of WRITTEN_CASES)
    it(`${tested.name}: Keras has loaded these bytes, and computes what is computed here`, async () => {
      const made = await written(tested);
      const expected = kept.get(tested.name);
      assert.ok(expected, 'run test/corpus/make/written.ts and written.py');
      assert.equal(createHash('sha256').update(made.bytes).digest('hex'), expected.sha256);
      assert.equal(
        made.model.tensors.reduce((sum, { data }) => sum + data.length, 0),
        expected.parameters,
      );
      const { shape, data } = await outputOf(made.model, made);
      assert.deepEqual(shape, expected.shape);
      close(data, expected.output, 1e-6);
    });

  for (const tested of WRITTEN_CASES)
    it(`${tested.name}: read again it is the same network with the new values`, async () => {
      const made = await written(tested);
      const file = join(folder, `${tested.name.replaceAll('/', '-')}.keras`);
      writeFileSync(file, made.bytes);
      const { model } = await openModel(file);
      assert.deepEqual(
        model.tensors.map(({ name, role, trainable }) => ({ name, role, trainable })),
        made.model.tensors.map(({ name, role, trainable }) => ({ name, role, trainable })),
      );
      for (const { name, data } of model.tensors)
        assert.deepEqual(Float32Array.from(data), made.values.get(name), name);
      assert.deepEqual(await outputOf(model, made), await outputOf(made.model, made));
    });

  it('a tensor without a new value keeps what was read', async () => {
    const { checkpoint, model } = await openModel(corpus('keras/cnn-digits.keras'));
    assert.ok('config' in checkpoint);
    const file = join(folder, 'unchanged.keras');
    writeFileSync(file, await kerasBytes(checkpoint, new Map()));
    assert.deepEqual((await openModel(file)).model.tensors, model.tensors);
  });

  it('an older model has the same tensors after it was written in the words of Keras 3', async () => {
    const { checkpoint } = await written(WRITTEN_CASES.find(({ name }) => name === 'keras2-functional')!);
    const file = join(folder, 'once.keras');
    writeFileSync(file, await kerasBytes(checkpoint, new Map()));
    assert.deepEqual((await openModel(file)).model.tensors, buildModel(checkpoint).tensors);
  });
});

const python = process.env.LANDSCAPE_KERAS_PYTHON;

describe('Keras itself', () => {
  it(
    'loads every written checkpoint and computes what is kept',
    { skip: python === undefined && 'LANDSCAPE_KERAS_PYTHON names no Python with Keras 3.15' },
    async () => {
      const folder = temporaryFolder();
      await writeCases(folder);
      const out = join(folder, 'loaded.json');
      execFileSync(python!, [corpus('make/written.py'), folder, out], { stdio: 'pipe' });
      const loaded = JSON.parse(readFileSync(out, 'utf8')) as Loaded[];
      assert.deepEqual(
        loaded.map(({ name }) => name),
        [...kept.keys()],
      );
      for (const { name, sha256, shape, output, skips_optimizer: skips } of loaded) {
        const expected = kept.get(name)!;
        assert.deepEqual(
          { sha256, shape, skips },
          { sha256: expected.sha256, shape: expected.shape, skips: expected.skips_optimizer },
          name,
        );
        close(output, expected.output, 1e-6);
      }
    },
  );
});
