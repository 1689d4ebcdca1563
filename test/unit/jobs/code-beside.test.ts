import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LayerSource } from '../../../src/contract/source';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { CodeBeside } from '../../../src/jobs/analyze/code-beside';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const code = (...parts: string[]) => corpus('torch/code', ...parts);

/** The lines of models.py, by the end of each parameter's path. */
const LINES: readonly (readonly [RegExp, number])[] = [
  [/^blocks\.\d\.conv1\./, 10],
  [/^blocks\.\d\.bn1\./, 11],
  [/^blocks\.\d\.conv2\./, 12],
  [/^blocks\.\d\.bn2\./, 13],
  [/^blocks\.\d\.short\./, 15],
  [/^conv\./, 28],
  [/^bn\./, 29],
  [/^fc\./, 36],
  [/^fc1\./, 47],
  [/^fc2\./, 48],
  [/^fc3\./, 49],
];

const lineOf = (name: string): number => LINES.find(([pattern]) => pattern.test(name))![1];

async function tensorsOf(file: string, rows: readonly number[]) {
  const { model } = await openModel(file, undefined, () => [[...rows]]);
  return model.tensors
    .filter(({ trainable }) => trainable)
    .map(({ name, shape }) => ({ name, shape, source: model.sources?.get(name) }));
}

const NETWORKS = [
  [code('resnet8-gratings.pt2'), [32, 32, 3], 29],
  [code('mlp-mnist.pt2'), [28, 28], 6],
  [corpus('onnx/resnet8-gratings.onnx'), [32, 32, 3], 29],
] as const;

for (const [file, rows, count] of NETWORKS)
  test(`every parameter of ${file.split('/').at(-1)} knows the line that makes its layer`, async () => {
    const tensors = await tensorsOf(file, rows);
    assert.equal(tensors.length, count);
    const beside = new CodeBeside(code('checkpoint.pt2'));
    for (const { name, shape, source } of tensors) {
      assert.ok(source, name);
      assert.equal(source.kind, 'call');
      assert.doesNotMatch(JSON.stringify(source), /home|site-packages|\/usr/);
      const placed = await beside.sourceOf({ shape, source });
      assert.deepEqual(
        [name, placed.file, placed.kind, placed.line],
        [name, 'models.py', 'definition', lineOf(name)],
      );
    }
  });

test('what an ONNX file remembers is what the program of the same network does', async () => {
  const [program, graph] = await Promise.all([
    tensorsOf(code('resnet8-gratings.pt2'), [32, 32, 3]),
    tensorsOf(corpus('onnx/resnet8-gratings.onnx'), [32, 32, 3]),
  ]);
  const byName = (tensors: typeof program) => new Map(tensors.map(({ name, source }) => [name, source]));
  assert.deepEqual(byName(graph), byName(program));
});

test('weights alone know it through the program of their network', async () => {
  const model = corpus('torch/weights/cnn.pt2');
  const rows = () => [[1, 8, 8]];
  const program = await openModel(model, undefined, rows);
  const filled = await openModel(corpus('torch/weights/plain.pt'), undefined, rows, { model });
  assert.ok((program.model.sources?.size ?? 0) > 0);
  assert.deepEqual(filled.model.sources, program.model.sources);
});

/** The sources of the small network with models.py changed. */
async function withCode(change: (text: string) => string): Promise<Map<string, LayerSource>> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'models.py'), change(readFileSync(code('models.py'), 'utf8')));
  const beside = new CodeBeside(join(folder, 'runs', 'last.pt2'));
  const found = new Map<string, LayerSource>();
  for (const { name, shape, source } of await tensorsOf(code('mlp-mnist.pt2'), [28, 28]))
    found.set(name, await beside.sourceOf({ shape, source: source! }));
  return found;
}

test('lines above move it, another layer in its place silences it', async () => {
  const moved = await withCode((text) => `# one\n\n# two\n${text}`);
  for (const [name, { line }] of moved) assert.equal(line, lineOf(name) + 3);
  const wider = await withCode((text) => text.replace('nn.Linear(64, 64)', 'nn.Linear(64, 128)'));
  assert.equal(wider.get('fc2.weight')?.kind, 'call');
  assert.equal(wider.get('fc1.weight')?.kind, 'definition');
  const other = await withCode((text) => text.replace('nn.Linear(64, 10)', 'nn.Conv2d(64, 10, 1)'));
  assert.equal(other.get('fc3.bias')?.kind, 'call');
  const renamed = await withCode((text) => text.replaceAll('fc1', 'first'));
  assert.equal(renamed.get('fc1.weight')?.kind, 'call');
  const twice = await withCode((text) => `${text}\n\nclass Mlp(nn.Module):\n    pass\n`);
  assert.ok([...twice.values()].every(({ kind }) => kind === 'call'));
});

test('a class of another file that sets the attribute is found by the import', async () => {
  const folder = temporaryFolder();
  const [head, body] = readFileSync(code('models.py'), 'utf8').split('class Mlp(nn.Module):');
  mkdirSync(join(folder, 'parts'));
  writeFileSync(join(folder, 'parts', 'base.py'), `import torch.nn as nn\n\nclass Base(nn.Module):${body}`);
  writeFileSync(
    join(folder, 'models.py'),
    `${head}from parts.base import Base\n\nclass Mlp(Base):\n    pass\n`,
  );
  const [{ shape, source }] = await tensorsOf(code('mlp-mnist.pt2'), [28, 28]);
  const placed = await new CodeBeside(join(folder, 'last.pt2')).sourceOf({ shape, source: source! });
  assert.deepEqual([placed.file, placed.line, placed.text], ['parts/base.py', 6, 'nn.Linear(784, 64)']);
  assert.deepEqual(placed.owners[0], {
    file: 'parts/base.py',
    className: 'Base',
    attribute: 'fc1.weight',
    path: '',
  });
});

test('a report holds the lines, or where there is no code beside the checkpoint the calls', async () => {
  const folder = temporaryFolder();
  copyFileSync(code('mlp-mnist.pt2'), join(folder, 'mlp.pt2'));
  const more = { layers: 'trace', samples: 'first:32', input: { scale: 1 / 255 } } as const;
  const request = quickRequest(join(folder, 'mlp.pt2'), corpus('data/mnist.npz'), more);
  const without = await analyze(request, recordingContext());
  assert.deepEqual(
    without.layers.map(({ source }) => source && [source.kind, source.line]),
    [52, 52, 53, 53, 54, 54].map((line) => ['call', line]),
  );
  copyFileSync(code('models.py'), join(folder, 'models.py'));
  const { layers } = await analyze(request, recordingContext());
  assert.deepEqual(
    layers.map(({ source }) => source && [source.kind, source.line, source.text]),
    [
      [47, 'nn.Linear(784, 64)'],
      [48, 'nn.Linear(64, 64)'],
      [49, 'nn.Linear(64, 10)'],
    ].flatMap(([line, text]) => [0, 1].map(() => ['definition', line, text])),
  );
});
