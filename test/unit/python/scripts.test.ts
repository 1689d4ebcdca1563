import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { DataAnswer, ExportAnswer } from '../../../src/contract/hand-over';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { safetensorsParts } from '../../../src/formats/checkpoints/write/safetensors';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { handOver } from '../../../src/jobs/hand-over/hand-over';
import { corpusJson } from '../formats/corpus';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

// Our scripts under PyTorch itself.

const python = process.env.LANDSCAPE_TORCH_PYTHON;
const skip = python === undefined && 'LANDSCAPE_TORCH_PYTHON names no Python with PyTorch';

const NET = `
class SmallCNN(nn.Module):
    def __init__(self, classes: int = 5, width=WIDTH):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, 12, 3, stride=2, padding=1), nn.GELU())
        self.drop = nn.Dropout(0.1)
        self.classifier = nn.Linear(12, classes)

    def forward(self, x):
        return self.classifier(self.drop(self.features(x).mean((2, 3))))
`;

/** A script that trains when it is run, with a class and more in it. */
const SCRIPT = `"""Trains."""
from __future__ import annotations
import argparse
import a_package_that_is_not_here
import torch
from torch import nn

WIDTH = 4 * 2
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
args = argparse.ArgumentParser().parse_args()
${NET}
class Config:
    def __init__(self, classes, width):
        self.classes, self.width = classes, width

class Configured(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.net = SmallCNN(config.classes, config['width'])

    def forward(self, x):
        return self.net(x.to(device))

class Needs(SmallCNN):
    def __init__(self, depth, width): super().__init__(depth, width)

class Wide(SmallCNN):
    def __init__(self): super().__init__(width=16)

class Random(SmallCNN):
    def forward(self, x): return nn.functional.dropout(super().forward(x))

class Based(a_package_that_is_not_here.Base): pass

class FromArgs(SmallCNN):
    def __init__(self): super().__init__(args.classes)

def make(**options):
    return SmallCNN(**options)

model = SmallCNN().to(device)
open('the-training-ran', 'w')
while True: pass
`;

const LOADER = `
import torch
import my_transforms as T
from torch.utils.data import DataLoader, Dataset, TensorDataset

transform = T.Compose([lambda x: x + 1])
lost = open('the-training-ran', 'w')

def rows(n):
    return TensorDataset(torch.arange(3 * n).float().reshape(n, 3), torch.arange(n) % 5)

class Moved(Dataset):
    def __init__(self, by=transform): self.rows, self.by = rows(10), by
    def __len__(self): return len(self.rows)
    def __getitem__(self, i): return self.by(self.rows[i][0]), self.rows[i][1]

def needs(): return lost

def train(n=10): return rows(n)
def loaders(): return DataLoader(rows(10), batch_size=4), DataLoader(rows(6), batch_size=4)
def number(): return 3
`;

const cell = (source: string) => ({ cell_type: 'code', source: source.split(/(?<=\n)/), metadata: {} });

/** A folder with a script, a notebook of it, and what is handed over of weights and rows of 3 x 8 x 8. */
async function workplace(hyperParameters?: object): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'train.py'), SCRIPT);
  writeFileSync(join(folder, 'loader.py'), LOADER);
  writeFileSync(
    join(folder, 'my_transforms.py'),
    'class Compose:\n  def __init__(self, of): self.of = of\n  def __call__(self, x): return self.of[0](x)\n',
  );
  const [top, rest] = SCRIPT.split(NET);
  const cells = [`%matplotlib inline\n!pip install torch\n${top}`, '%%time\nslow(', NET, rest].map(cell);
  writeFileSync(join(folder, 'train.ipynb'), JSON.stringify({ cells, nbformat: 4 }));
  const [checkpoint, data] = [corpus('torch/weights/plain.pt'), corpus('torch/weights/cnn-data.npz')];
  await handOver({ checkpoint, data, choices: {}, folder }, recordingContext());
  if (hyperParameters) {
    const { checkpoint: read } = await openCheckpoint(checkpoint);
    assert.equal(read.format, 'torch-weights');
    const tensors = [...read.tensors].flatMap(([name, { type, shape, data: values }]) =>
      type.type === 'float' ? [{ name: `model.${name}`, dtype: 'F32' as const, shape, data: values }] : [],
    );
    const said = { hyper_parameters: JSON.stringify(hyperParameters) };
    writeFileSync(join(folder, 'weights.safetensors'), Buffer.concat(safetensorsParts(tensors, said)));
  }
  return folder;
}

/** Runs one of our scripts in a folder; its last line. */
function script<T>(
  folder: string,
  name: string,
  args: readonly string[],
): T & { readonly code: number | null } {
  const path = join(__dirname, '../../../media/python', name);
  const { stdout, stderr, status } = spawnSync(python!, [path, ...args], { cwd: folder, encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  assert.equal(existsSync(join(folder, 'the-training-ran')), false, 'the script was run');
  assert.deepEqual(
    readdirSync(folder).filter((each) => /\.part$|__pycache__/.test(each)),
    [],
  );
  return { ...(JSON.parse(stdout) as T), code: status };
}

const exported = (folder: string, model: string, ...more: readonly string[]) =>
  script<ExportAnswer>(folder, 'export_model.py', [
    ...['--model', model, '--weights', 'weights.safetensors', '--out', 'net.pt2'],
    ...(more.includes('--shape') ? [] : ['--example', 'rows.safetensors']),
    ...more,
  ]);

describe('export_model.py', { skip }, () => {
  it('writes the network of a script that trains when it is run, and it has the figures of PyTorch', async () => {
    const folder = await workplace();
    const answer = exported(folder, 'train.py:SmallCNN');
    assert.deepEqual(
      { ...answer, torch: '' },
      {
        ...{ ok: true, code: 0, out: 'net.pt2', model: 'train.py:SmallCNN', args: {}, parameters: 1173 },
        ...{ left: [], rows: [[3, 8, 8]], anyRows: true, torch: '' },
      },
    );
    const { cnn } = corpusJson<{
      cnn: { loss: number; gradientNorm: number; largest: readonly number[]; parameters: number };
    }>('torch/weights/references.json');
    const report = await analyze(
      quickRequest(corpus('torch/weights/plain.pt'), corpus('torch/weights/cnn-data.npz'), {
        model: join(folder, 'net.pt2'),
      }),
      recordingContext(),
    );
    const close = (actual: number | undefined, expected: number) =>
      assert.ok(Math.abs((actual ?? NaN) - expected) <= 5e-5 * expected, `${actual}, not ${expected}`);
    assert.equal(report.checkpoint.parameters, cnn.parameters);
    close(report.loss?.train.loss.value, cnn.loss);
    close(report.gradientNorm?.value, cnn.gradientNorm);
    close(report.spectrum.largest[0].value, cnn.largest[0]);
  });

  it('takes classes of notebooks, factories and their arguments', async () => {
    const folder = await workplace();
    for (const [model, ...more] of [
      ['train.ipynb:SmallCNN'],
      ['train:make', '--args', '{"classes": 5, "width": 8}'],
      ['train:SmallCNN', '--args', '[5, 8]'],
      ['train:SmallCNN', '--shape', '3,8,8'],
    ]) {
      const { ok, code } = exported(folder, model, ...more);
      assert.deepEqual([ok, code], [true, 0]);
    }
  });

  it('takes the hyper-parameters of the checkpoint, whole where one argument wants them, and a wrapper’s names', async () => {
    const folder = await workplace({ classes: 5, width: 8, lr: 0.1 });
    const plain = exported(folder, 'train:SmallCNN');
    assert.deepEqual(plain.ok && plain.args, { classes: 5, width: 8 });
    const configured = exported(folder, 'train:Configured');
    assert.deepEqual(configured.ok && configured.args, { config: { classes: 5, width: 8, lr: 0.1 } });
  });

  it('leaves a file that it did not write', async () => {
    const folder = await workplace();
    mkdirSync(join(folder, 'net.pt2'));
    const answer = exported(folder, 'train:SmallCNN');
    assert.match(answer.ok ? '' : answer.error, /net\.pt2 is there already/);
  });

  const mistakes: readonly (readonly [model: string, sentence: RegExp, ...more: string[]])[] = [
    ['train:Net', /^train has no Net; its classes are: SmallCNN, Config, Configured, .*\.$/],
    ['train:Needs', /^Needs needs depth and width: .* --args '\{"depth": …, "width": …\}'\.$/],
    ['train:Wide', /^"features\.0\.weight" is \[8, 3, 3, 3\] in the weights and \[16, 3, 3, 3\] in Wide: /],
    ['train:Random', /^Random gives other outputs each time, in eval\(\) too/],
    [
      'train:FromArgs',
      /name 'args' is not defined, which is made by code that is not run, in line 10 of train\.py\.$/,
    ],
    [
      'train:Based',
      /^Based needs a_package_that_is_not_here, which could not be made in line 4 of train\.py \(ModuleNotFoundError/,
    ],
    ['train:model', /^model is made by code that is not run, in line \d+ of train\.py\.$/],
    ['train:make', /^make could not be made: TypeError: .*depth/, '--args', '{"depth": 3}'],
    ['train:SmallCNN', /^SmallCNN does not take rows of \[7\]: /, '--shape', '7'],
    ['gone.py:Net', /^There is no file .*gone\.py\.$/],
    ['nowhere:Net', /^There is no module "nowhere" for /],
    ['train', /^"train" names no class/],
  ];
  it('says in one sentence what is wrong, and writes nothing', async () => {
    const folder = await workplace();
    for (const [model, sentence, ...more] of mistakes) {
      const answer = exported(folder, model, ...more);
      assert.match(answer.ok ? 'it was exported' : answer.error, sentence);
      assert.equal(answer.code, 1);
      assert.equal(existsSync(join(folder, 'net.pt2')), false);
    }
  });
});

describe('export_data.py', { skip }, () => {
  const written = (folder: string, loader: string, rows: number, ...more: readonly string[]) =>
    script<DataAnswer>(folder, 'export_data.py', [
      ...['--loader', loader, '--rows', String(rows), '--out', 'rows.npz', ...more],
    ]);

  it('writes seeded random rows of a set', async () => {
    const folder = await workplace();
    const answer = written(folder, 'loader:train', 8, '--args', '{"n": 12}');
    assert.deepEqual(answer, { ok: true, code: 0, out: 'rows.npz', rows: 8, testRows: 0, total: 12 });
    const { train } = await readDataset(join(folder, 'rows.npz'));
    const firsts = Array.from({ length: 8 }, (_, i) => train.inputs[0].data[3 * i] / 3);
    assert.deepEqual(
      firsts,
      [...new Set(firsts)].sort((a, b) => a - b),
    );
    assert.deepEqual(
      Array.from(train.labels.data),
      firsts.map((row) => row % 5),
    );
    const again = written(folder, 'loader:train', 8);
    assert.match(again.ok ? '' : again.error, /rows\.npz is there already/);
  });

  it('writes the first rows of loaders, those for the test too', async () => {
    const folder = await workplace();
    const answer = written(folder, 'loader.py:loaders', 8);
    assert.deepEqual(answer, { ok: true, code: 0, out: 'rows.npz', rows: 8, testRows: 6, total: 10 });
    const { train, test } = await readDataset(join(folder, 'rows.npz'));
    assert.deepEqual(Array.from(train.labels.data), [0, 1, 2, 3, 4, 0, 1, 2]);
    assert.equal(test?.rows, 6);
  });

  it('takes a set with transforms that are made at the top of its file, and says what else it lacks', async () => {
    const folder = await workplace();
    const answer = written(folder, 'loader.py:Moved', 8);
    assert.ok(answer.ok, JSON.stringify(answer));
    const { train } = await readDataset(join(folder, 'rows.npz'));
    assert.ok(train.inputs[0].data.every((x, i) => x % 3 === (i + 1) % 3));
    const lacking = written(await workplace(), 'loader.py:needs', 8);
    assert.match(
      lacking.ok ? '' : lacking.error,
      /^needs needs lost, which is made by code that is not run, in line 7/,
    );
    assert.equal(existsSync(join(folder, 'the-training-ran')), false);
  });

  it('refuses what is no set', async () => {
    const answer = written(await workplace(), 'loader:number', 8);
    assert.match(
      answer.ok ? '' : answer.error,
      /^number gives int, which is no Dataset and no DataLoader\.$/,
    );
  });
});
