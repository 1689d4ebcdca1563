import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sizeOf } from '../../../src/core/size-of';
import { UserError } from '../../../src/core/errors';
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

const refusal = async (path: string): Promise<string> => {
  try {
    await openModel(path);
    return '';
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.message;
  }
};

const { 'bert-classification': bert, 'gpt2-classification': gpt2 } = references;

test('what a configuration asks for and is not supported is refused by its name', async () => {
  const asks = async (name: string, settings: object, of = bert) =>
    refusal(folderOf(name, { ...of, config: { ...of.config, ...settings } }));
  assert.match(
    await asks('act', { hidden_act: 'xielu' }),
    /config\.json says "hidden_act": "xielu", an activation/,
  );
  assert.match(await asks('decoder', { is_decoder: true }), /"is_decoder": true, which is not supported/);
  assert.match(
    await asks('qa', { architectures: ['BertForQuestionAnswering'] }),
    /"architectures": .*ForMaskedLM are read/,
  );
  assert.match(
    await asks('heads', { num_attention_heads: 3 }),
    /not of the BertForSequenceClassification .* 3 heads/,
  );
  assert.match(await asks('none', { n_head: undefined }, gpt2), /config\.json does not say "n_head"/);
  assert.match(
    await asks('mamba', { model_type: 'mamba' }),
    /of transformers' "mamba", but that is not read/,
  );
});

test('weights of another model than the configuration describes are refused with what is missing', async () => {
  const folder = folderOf('other', { config: gpt2.config, tensors: bert.tensors });
  assert.match(await refusal(folder), /are not of the GPT2ForSequenceClassification .* it lacks "/);
});

test('tied names with equal numbers are one parameter, with others two', async () => {
  const { config, tensors } = references.gpt2;
  const folder = folderOf('untied', { config, tensors: `${tensors} lm_head.weight:30x16` });
  const { model } = await openModel(folder, undefined, [[7]]);
  assert.match(model.notes.join('\n'), /are tied by .* but differ in the file: they count as two/);
  assert.ok(model.tensors.some(({ name }) => name === 'lm_head.weight'));
});

test('a folder of shards, and a file in it, open as the folder does', async () => {
  const { config, tensors } = references.llama;
  const folder = join(root, 'sharded');
  mkdirSync(folder);
  const all = tensors.split(' ');
  const halves = [all.filter((_, i) => i % 2 === 0), all.filter((_, i) => i % 2 === 1)];
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  halves.forEach((half, i) =>
    writeFileSync(join(folder, `${i}.safetensors`), safetensorsOf(storedWeights(half.join(' ')))),
  );
  const map = Object.fromEntries(
    halves.flatMap((half, i) => half.map((text) => [text.split(':')[0], `${i}.safetensors`])),
  );
  const index = join(folder, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: map }));
  const [whole, file] = await Promise.all([folder, index].map((path) => openModel(path, undefined, [[7]])));
  assert.equal(whole.sha256, file.sha256);
  assert.equal(whole.model.tensors.length, all.length);
});
