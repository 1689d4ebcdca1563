import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sizeOf } from '../../../src/core/size-of';
import { openModel } from '../../../src/formats/model';
import { outputsOf } from '../../support/forward';
import { safetensorsOf } from '../../support/safetensors';
import { storedWeights } from '../../support/stored-weights';
import { uniform } from '../../support/weights-by-name';
import { corpusJson } from './corpus';

// Folders of Hugging Face's transformers, against transformers itself in float64 (test/corpus/make/huggingface.py).

interface Reference {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: string;
  readonly parameters: number;
  readonly inputs: Readonly<Record<string, { shape: readonly number[]; data: readonly number[] | string }>>;
  readonly shape: readonly number[];
  readonly output: readonly number[];
}

const references = corpusJson<Record<string, Reference>>('torch/huggingface/references.json');
const root = mkdtempSync(join(tmpdir(), 'landscape-huggingface-'));
after(() => rmSync(root, { recursive: true }));

/** A folder as `save_pretrained` writes it. */
function folderOf(name: string, { config, tensors }: Pick<Reference, 'config' | 'tensors'>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'model.safetensors'), safetensorsOf(storedWeights(tensors)));
  return folder;
}

const numbersOf = ({ shape, data }: Reference['inputs'][string]) =>
  typeof data === 'string' ? uniform(data, sizeOf(shape)) : Int32Array.from(data);

for (const [name, reference] of Object.entries(references))
  test(`${name}: the output is that of transformers`, async () => {
    const folder = folderOf(name, reference);
    const given = Object.entries(reference.inputs);
    const shapes = given.map(([, { shape }]) => shape.slice(1));
    const names = given.map(([input]) => input);
    const { model } = await openModel(folder, undefined, (inputs) =>
      inputs.length === names.length && inputs.every((input) => names.includes(input.name))
        ? inputs.map((input) => shapes[names.indexOf(input.name)])
        : [],
    );
    assert.deepEqual(
      model.inputs.map((input) => input.name),
      names,
    );
    const feeds = given.map(([, input]) => numbersOf(input));
    const computed = await outputsOf(model, feeds, reference.shape[0]);
    const { output } = reference;
    assert.equal(computed.length, output.length);
    const error = Math.hypot(...output.map((value, i) => value - computed[i])) / Math.hypot(...output);
    assert.ok(error < 2e-6, `off by ${error}`);
    const count = model.tensors
      .filter(({ trainable }) => trainable)
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const left = /No part of it/.test(model.notes.join('\n'));
    if (!left) assert.equal(count, reference.parameters);
  });
