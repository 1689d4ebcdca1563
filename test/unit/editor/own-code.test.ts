import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fake, resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { findModel } from '../../../src/editor/own-code/find-model';
import { copyModelLines } from '../../../src/editor/own-code/live-lines';
import { withNetwork } from '../../../src/editor/own-code/with-network';
import { workspaceLoaders } from '../../../src/editor/own-code/workspace-code';
import { RemediableError } from '../../../src/editor/show-error';
import { findSettings } from '../../../src/settings/find';
import { analyzeRequest, mergeLayers } from '../../../src/settings/merge';
import { UserError } from '../../../src/core/errors';
import { corpus } from '../../support/corpus';
import { temporaryFolder } from '../settings/temporary-folder';

beforeEach(resetFake);

const MODEL = `
import torch.nn as nn
class SmallCNN(nn.Module):
    def __init__(self, classes, width=8):
        self.features = nn.Conv2d(3, width, 3)
        self.classifier = nn.Linear(width, classes)
class Other(nn.Module):
    def __init__(self): self.encoder = 1
`;

/** A workspace with code, weights and data; and what its Python would answer. */
function workplace({ said = {}, settings }: { said?: object; settings?: object } = {}) {
  const folder = temporaryFolder();
  fake.folders = [folder];
  const at = (name: string) => path.join(folder, name);
  mkdirSync(at('runs'));
  writeFileSync(at('model.py'), MODEL);
  writeFileSync(at('data.npz'), '');
  const checkpoint = at('runs/best.pth');
  copyFileSync(corpus('torch/weights/plain.pt'), checkpoint);
  if (settings) writeFileSync(at('landscape.json'), JSON.stringify(settings));
  fake.found = [at('model.py'), at('data.npz')];
  const requests: { method: string; params: { folder?: string } }[] = [];
  const tensors = ['features.0.weight', 'classifier.weight'].map((name) => ({ name, shape: [1] }));
  const answers: Record<string, unknown> = {
    handOver: { tensors, hyperParameters: said },
    headers: [],
    preview: { format: 'NumPy', size: '3 rows', rows: [], labels: '', notes: [] },
    tryData: { rows: 3, loss: 0.2 },
  };
  const explicitOf = async (of: string) => (await findSettings(of))?.settings ?? {};
  const services = {
    log: { warn: () => undefined, show: () => undefined },
    context: { extensionPath: '/extension' },
    engine: {
      request: (method: string, params: { folder?: string }) => {
        requests.push({ method, params });
        return Promise.resolve(answers[method]);
      },
    },
    requests: {
      standing: async (of: string) => ({ explicit: await explicitOf(of) }),
      withData: async (of: string, data: string, choices: object) =>
        analyzeRequest(of, mergeLayers(await explicitOf(of), { ...choices, data })),
    },
  };
  fake.pick = ({ title }) =>
    title?.includes('trained on') ? 'data.npz' : title?.includes('read of') ? 'Use' : undefined;
  const find = () => findModel(services as never, [vscode.Uri.file(checkpoint)]);
  const noted = () => JSON.parse(readFileSync(at('landscape.json'), 'utf8')) as Record<string, unknown>;
  return { at, checkpoint, find, requests, noted, services, answers };
}

interface Asked {
  readonly args: readonly string[];
  readonly cwd: string;
}

/** A program in the place of Python, which these lines of JavaScript make; it keeps what it was asked. */
function fakePython(folder: string, lines: string): { readonly program: string; asked(): Asked } {
  const [program, kept] = [path.join(folder, 'python3'), path.join(folder, 'asked.json')];
  const script = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
const given = (option) => args[args.indexOf(option) + 1];
const answer = (value) => fs.writeFileSync(given('--result'), JSON.stringify(value));
fs.writeFileSync(${JSON.stringify(kept)}, JSON.stringify({ args, cwd: process.cwd() }));
${lines}`;
  writeFileSync(program, script, { mode: 0o755 });
  fake.settings = { pythonPath: program };
  return { program, asked: () => JSON.parse(readFileSync(kept, 'utf8')) as Asked };
}

/** As our script ends that has written what it was asked for. */
const WRITES = `console.log('what the code prints');
answer({ ok: true, out: given('--out'), args: {}, parameters: 3, left: [], rows: [[3]], anyRows: true, torch: '2' });`;

const agrees = () => {
  fake.press = ({ modal, buttons }) => (modal ? buttons[0] : undefined);
};

test('the class that the weights belong to is found, its command shown and run, its network noted and analyzed', async () => {
  const { at, checkpoint, find, requests, noted } = workplace({ said: { classes: 5, lr: 0.1 } });
  agrees();
  const { program, asked } = fakePython(temporaryFolder(), WRITES);
  await find();
  const [{ text, detail, modal }] = fake.shown;
  assert.ok(modal);
  assert.match(text, /Let your Python write the network of best\.pth\?/);
  const { args, cwd } = asked();
  assert.equal(realpathSync(cwd), realpathSync(at('.')));
  assert.deepEqual(args.slice(0, 5), [
    path.join('/extension/media/python/export_model.py'),
    ...['--model', 'model.py:SmallCNN', '--args', '{"classes":5}'],
  ]);
  assert.equal(args[args.indexOf('--out') + 1], at('runs/best.pt2'));
  for (const word of args.filter((each) => !each.startsWith('{'))) assert.ok(detail?.includes(word), word);
  const { folder } = requests.filter(({ method }) => method === 'handOver')[1].params;
  assert.equal(args[args.indexOf('--weights') + 1], path.join(folder!, 'weights.safetensors'));
  assert.equal(existsSync(folder!), false, 'the temporary folder is left behind');
  assert.ok(fake.terminals[0].text.startsWith(`> ${program} `));
  assert.match(fake.terminals[0].text, /\r\nwhat the code prints\r\n\r\nDone\./);
  assert.deepEqual(noted(), { data: 'data.npz', model: 'runs/best.pt2' });
  assert.deepEqual(fake.executed, [{ command: 'landscape.analyze', args: [{ checkpoint }] }]);
});

test('nothing is run or written without a yes', async () => {
  const { at, find, requests } = workplace({ said: { classes: 5 } });
  await find();
  assert.equal(fake.shown.length, 1);
  assert.deepEqual(fake.terminals, []);
  assert.deepEqual(
    requests.filter(({ params }) => params.folder !== undefined),
    [],
  );
  assert.equal(existsSync(at('landscape.json')), false);
  assert.deepEqual(fake.executed, []);
});

test('nothing of a workspace that is not trusted is run', async () => {
  const { find, requests } = workplace();
  fake.isTrusted = false;
  await assert.rejects(find(), UserError);
  assert.deepEqual([requests, fake.shown], [[], []]);
});

test('arguments that the checkpoint does not say are asked for', async () => {
  const { find } = workplace();
  agrees();
  const python = fakePython(temporaryFolder(), WRITES);
  const asked: unknown[] = [];
  fake.input = (options) => {
    asked.push(options.value, options.validateInput?.('{'), options.validateInput?.('{"classes": 5}'));
    return '{"classes": 5, "width": 4}';
  };
  await find();
  assert.deepEqual(asked, ['{"classes":null}', 'Give a JSON object, such as {"width": 4}.', undefined]);
  const { args } = python.asked();
  assert.equal(args[args.indexOf('--args') + 1], '{"classes":5,"width":4}');
});

test('another class can be chosen at the question', async () => {
  const { find } = workplace({ said: { classes: 5 } });
  fake.press = ({ buttons, detail }) => (detail?.includes('SmallCNN') ? buttons[1] : buttons[0]);
  const before = fake.pick;
  fake.pick = (offered) => (offered.title?.includes('belong to') ? 'Other' : before(offered));
  const { asked } = fakePython(temporaryFolder(), WRITES);
  await find();
  assert.equal(asked().args[2], 'model.py:Other');
  assert.equal(fake.terminals.length, 1);
});

test('data that are known are not asked for, and what went wrong is told in the script’s words', async () => {
  const { find, noted } = workplace({ said: { classes: 5 }, settings: { data: 'data.npz', top: 3 } });
  agrees();
  const python = temporaryFolder();
  fakePython(
    python,
    `answer({ ok: false, error: 'SmallCNN could not be made: ValueError: no.' }); process.exitCode = 1;`,
  );
  await assert.rejects(find(), new UserError('SmallCNN could not be made: ValueError: no.'));
  assert.match(fake.terminals[0].text, /Ended with exit code 1\./);
  assert.deepEqual(noted(), { data: 'data.npz', top: 3 });
  fakePython(python, WRITES);
  await find();
  assert.deepEqual(noted(), { data: 'data.npz', top: 3, model: 'runs/best.pt2' });
  assert.deepEqual(fake.offered, []);
  fakePython(python, 'process.exitCode = 9;');
  await assert.rejects(find(), { message: /python3 ended without an answer \(exit code 9\)/ });
  fake.settings = { pythonPath: 'python3.never' };
  await assert.rejects(find(), {
    name: 'UserError',
    message: /^There is no python3\.never here: select the Python/,
  });
});

test('Ctrl+C in the terminal ends it, and that is no mistake', async () => {
  const { find } = workplace({ said: { classes: 5 }, settings: { data: 'data.npz' } });
  agrees();
  const { asked, program } = fakePython(temporaryFolder(), 'setInterval(() => undefined, 1000);');
  const found = assert.rejects(find(), { name: 'CancelledError' });
  const kept = path.join(path.dirname(program), 'asked.json');
  while (!existsSync(kept) || readFileSync(kept, 'utf8') === '') await sleep(20);
  fake.terminals[0].type('x');
  fake.terminals[0].type('\x03');
  await found;
  assert.equal(existsSync(path.dirname(asked().args[asked().args.indexOf('--result') + 1])), false);
});

const LOADERS = `
from torch.utils.data import DataLoader
def train_set(root, size=32): return DataLoader(root)
def test_set(): return DataLoader(1)
`;

test('rows of the person’s own loader are written after a yes to the command, and are the data then', async () => {
  const { at, find } = workplace({ said: { classes: 5 } });
  writeFileSync(at('loaders.py'), LOADERS);
  fake.found.push(at('loaders.py'));
  agrees();
  const { asked } = fakePython(
    temporaryFolder(),
    `fs.appendFileSync(${JSON.stringify(at('calls'))}, args[0].split('/').at(-1) + ' ');
answer(args[0].endsWith('export_data.py')
  ? { ok: true, out: given('--out'), rows: 4096, testRows: 0, total: 60000 }
  : { ok: true, out: given('--out'), args: {}, parameters: 3, left: [], rows: [[3]], anyRows: true, torch: '2' });
if (args[0].endsWith('export_data.py')) fs.writeFileSync(${JSON.stringify(at('data-asked'))}, JSON.stringify(args));`,
  );
  const before = fake.pick;
  fake.pick = (offered) =>
    offered.title?.includes('trained on?') && offered.title.includes('Which data')
      ? 'my own Dataset'
      : offered.title?.includes('gives the data')
        ? 'train_set'
        : before(offered);
  fake.input = ({ value }) => (value === '{"root":null}' ? '{"root": "data"}' : undefined);
  await find();
  const [{ text, detail, modal, buttons }] = fake.shown;
  assert.ok(modal);
  assert.match(text, /Let your Python write rows of train_set\?/);
  assert.match(detail ?? '', /calls train_set and writes runs\/train_set\.npz: 4096 rows at most/);
  assert.deepEqual(buttons, ['Run It', 'Another Loader…']);
  assert.deepEqual((JSON.parse(readFileSync(at('data-asked'), 'utf8')) as string[]).slice(1, 9), [
    ...['--loader', 'loaders.py:train_set', '--args', '{"root":"data"}'],
    ...['--rows', '4096', '--out', at('runs/train_set.npz')],
  ]);
  assert.equal(readFileSync(at('calls'), 'utf8'), 'export_data.py export_model.py ');
  assert.match(asked().args[0], /export_model\.py$/);
  const settings = JSON.parse(readFileSync(at('runs/landscape.json'), 'utf8')) as unknown;
  assert.deepEqual(settings, { data: 'train_set.npz', model: 'best.pt2' });
});

test('where nothing of the workspace is run, no loader is offered', async () => {
  const { at } = workplace();
  writeFileSync(at('loaders.py'), LOADERS);
  fake.found = [at('loaders.py')];
  assert.equal((await workspaceLoaders()).length, 2);
  fake.isTrusted = false;
  assert.deepEqual(await workspaceLoaders(), []);
});

test('several weights are compared once one network is known: named, recognized, chosen or found', async () => {
  const { at, checkpoint, services } = workplace({ said: { classes: 5 } });
  agrees();
  fakePython(temporaryFolder(), WRITES);
  const done: string[] = [];
  const networks = [at('net.pt2')];
  const files = { all: () => Promise.resolve(networks) };
  const summaries = {
    of: (file: string) => Promise.resolve(file.includes('known') ? {} : { refusal: 'unknown' }),
  };
  const among = (...checkpoints: string[]) =>
    withNetwork({ ...services, summaries, checkpoints: files } as never, checkpoints, () => {
      done.push(checkpoints.map((file) => path.basename(file)).join());
      return Promise.resolve();
    });
  await among(at('a.keras'), at('b.keras'), at('odd.pth'));
  await among(at('data.pt'), at('known.pth'));
  await assert.rejects(among(at('net.pt2'), checkpoint), (error) => {
    assert.ok(error instanceof RemediableError);
    assert.deepEqual(
      error.remedies.map(({ label }) => label),
      ['Choose Its Network…', 'Find the Model in My Code', 'Copy the Lines That Save It'],
    );
    return true;
  });
  assert.deepEqual(done, ['a.keras,b.keras,odd.pth', 'data.pt,known.pth']);
  networks.pop();
  await among(checkpoint, at('runs/last.pth'));
  assert.deepEqual(done.slice(2), ['best.pth,last.pth']);
  // Named now.
  await among(at('runs/last.pth'));
  assert.deepEqual(done.slice(3), ['last.pth']);
});

test('from a folder of a training it takes four decisions to the first figures', async () => {
  const { at, checkpoint, services, answers, noted } = workplace();
  writeFileSync(at('model.py'), MODEL.replace('classes, width=8', 'classes=10, width=8'));
  writeFileSync(at('train.py'), 'from model import SmallCNN\nfrom torchvision.datasets import MNIST\n');
  const raw = at('data/MNIST/raw');
  mkdirSync(raw, { recursive: true });
  const images = ['train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz'].map((name) =>
    path.join(raw, name),
  );
  for (const file of images) writeFileSync(file, '');
  fake.found = [at('model.py'), at('train.py'), ...images];
  answers.tryData = {
    ...{ rows: 256, loss: 40, accuracy: 0.1 },
    ways: [{ name: 'Divide by 255', input: { scale: '1/255' }, loss: 0.1, accuracy: 0.97 }],
  };
  agrees();
  fakePython(temporaryFolder(), WRITES);
  fake.pick = ({ title = '' }) =>
    title.includes('trained on') ? 'train-images' : title.includes('read of') ? 'Use' : 'Divide';
  let measured = 0;
  const files = { all: () => Promise.resolve([]) };
  const summaries = { of: () => Promise.resolve({ refusal: 'its network is elsewhere' }) };
  await withNetwork({ ...services, summaries, checkpoints: files } as never, [checkpoint], () => {
    measured++;
    return Promise.resolve();
  });
  assert.equal(measured, 1);
  // The data, that they were read rightly, that one's Python runs, and the scaling: each in one list or dialog.
  assert.equal(fake.offered.length + fake.shown.filter(({ modal }) => modal).length, 4);
  assert.equal(fake.shown.length, 1, 'nothing else is said');
  const [data] = fake.offered;
  // Of a file and its packed copy one is offered.
  assert.equal(data.items.filter(({ label }) => label.includes('train-images')).length, 1);
  assert.deepEqual(noted(), {
    data: 'data/MNIST/raw/train-images-idx3-ubyte',
    model: 'runs/best.pt2',
    input: { scale: '1/255' },
  });
});

test('without code there are the lines that save it', async () => {
  const { at, find } = workplace();
  writeFileSync(at('model.py'), 'x = 1\n');
  await assert.rejects(find(), (error) => error instanceof RemediableError && error.remedies.length === 1);
});

test('the lines for a network in memory name it as the open code does', async () => {
  workplace();
  fake.text = `from model import SmallCNN\nnet = SmallCNN(5)\n`;
  await copyModelLines();
  assert.match(fake.clipboard, /torch\.export\.export\(net\.eval\(\), \(x\[:2\]\.clone\(\),\)/);
});
