import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import { chooseData, likeliestFirst } from '../../../src/editor/first-use/choose-data';
import { fitOf } from '../../../src/editor/first-use/fits';
import { RemediableError } from '../../../src/editor/show-error';
import { analyzeRequest } from '../../../src/settings/merge';
import { parseSettings } from '../../../src/settings/read';
import type { DataPreview, DataTrial } from '../../../src/contract/engine-protocol';
import type { DataChoices } from '../../../src/contract/settings';
import { UserError } from '../../../src/core/errors';
import { temporaryFolder } from '../settings/temporary-folder';

beforeEach(resetFake);

const SHOWN: DataPreview = {
  format: 'NumPy archive',
  size: '60,000 rows of 28 × 28 bytes',
  rows: [{ inputs: '0, 0', label: '5' }],
  labels: '10 different labels: 0 × 5,923',
  notes: ['The arrays were taken by their names.'],
};

/** What is picked of a list, by a word of its title; of the first one a file. */
const answers =
  (byTitle: Record<string, string | undefined>, file = 'mnist') =>
  ({ title = '' }: { title?: string | undefined }): string | undefined => {
    const known = Object.keys(byTitle).find((word) => title.includes(word));
    return known === undefined ? file : byTitle[known];
  };

/** A workspace with a 28 x 28 network and data files, and an engine that knows them. */
function step(trial: () => DataTrial, refusal?: string, previews: DataPreview[] = []) {
  const folder = temporaryFolder();
  fake.folders = [folder];
  const checkpoint = path.join(folder, 'runs/model.keras');
  mkdirSync(path.dirname(checkpoint), { recursive: true });
  writeFileSync(checkpoint, '');
  const shapes: Record<string, number[]> = { 'runs/digits.npz': [1437, 8, 8], 'mnist.npz': [60000, 28, 28] };
  fake.found = Object.keys(shapes).map((name) => path.join(folder, name));
  const asked: string[] = [];
  const requests: unknown[] = [];
  const answers: Record<string, (params: never) => unknown> = {
    describe: () => ({ inputs: [[28, 28, 1]], refusal, files: [] }),
    headers: ({ files }: { files: string[] }) =>
      files.map((file) => ({
        file,
        arrays: [{ name: 'x_train', shape: shapes[path.relative(folder, file)], type: '|u1' }],
      })),
    preview: () => previews.shift() ?? SHOWN,
    tryData: trial,
  };
  const engine = {
    request: (method: string, params: never) => {
      asked.push(method);
      requests.push(params);
      return Promise.resolve().then(() => answers[method]?.(params));
    },
  };
  const withData = (of: string, data: string, choices: DataChoices) =>
    Promise.resolve(analyzeRequest(of, { ...choices, data }));
  const settings = path.join(folder, 'landscape.json');
  const summaries = { of: (of: string) => engine.request('describe', { checkpoint: of } as never) };
  const ask = () => chooseData({ engine, summaries, withData } as never, checkpoint);
  return { ask, asked, requests, settings };
}

test('data that fit come first, each with what it holds, though others lie nearer', async () => {
  const { ask } = step(() => ({ rows: 256, loss: 0.2 }));
  await ask();
  assert.deepEqual(
    fake.offered[0]?.items.slice(0, 2).map(({ label, description }) => `${label}: ${description}`),
    [
      'mnist.npz: workspace folder · 60,000 × 28 × 28 uint8 · fits',
      'digits.npz: runs · 1,437 × 8 × 8 uint8 · does not fit',
    ],
  );
});

test('bytes that nothing scales are measured both ways, and the answer is noted as a fraction', async () => {
  const { ask, settings } = step(() => ({
    rows: 256,
    loss: 48,
    accuracy: 0.1,
    ways: [{ name: 'Divide by 255', input: { scale: '1/255' }, loss: 0.22, accuracy: 0.95 }],
  }));
  fake.pick = answers({ '255': 'Divide', read: 'Use' });
  await ask();
  const [, , question] = fake.offered;
  assert.deepEqual(
    question?.items.map(({ label, description }) => `${label} (${description})`),
    ['Divide by 255 (loss 0.22, 95 % right)', 'As they are (loss 48, 10 % right)'],
  );
  const text = readFileSync(settings, 'utf8');
  assert.deepEqual(JSON.parse(text), { data: 'mnist.npz', input: { scale: '1/255' } });
  assert.equal(parseSettings(text, 'x').input?.scale, 1 / 255);
});

test('"as they are" is an answer, too; a question dismissed leaves no trace', async () => {
  const both = () => ({
    rows: 256,
    loss: 0.1,
    ways: [{ name: 'Divide by 255', input: { scale: '1/255' }, loss: 2 }],
  });
  const kept = step(both);
  fake.pick = answers({ '255': 'As they are', read: 'Use' });
  await kept.ask();
  assert.deepEqual((JSON.parse(readFileSync(kept.settings, 'utf8')) as { input: object }).input, {
    scale: 1,
  });
  const dismissed = step(both);
  fake.pick = answers({ '255': undefined, read: 'Use' });
  assert.equal(await dismissed.ask(), undefined);
  assert.ok(!existsSync(dismissed.settings));
});

test('rows and labels are shown before anything is computed, and what the file leaves open is asked and noted', async () => {
  const open: DataPreview = { ...SHOWN, ask: { what: 'target', columns: ['a', 'price'] } };
  const { ask, asked, requests, settings } = step(() => ({ rows: 256, loss: 0.2 }), undefined, [open]);
  fake.pick = answers({ predicted: 'price', read: 'Use' });
  await ask();
  assert.deepEqual(asked, ['describe', 'headers', 'preview', 'preview', 'tryData']);
  assert.deepEqual((requests[3] as { choices: object }).choices, { target: 'price' });
  assert.deepEqual(JSON.parse(readFileSync(settings, 'utf8')), { data: 'mnist.npz', target: 'price' });
  const shown = fake.offered.at(-1);
  assert.match(shown?.title ?? '', /What was read of mnist\.npz/);
  const texts =
    shown?.items.map(({ label, description }) => `${label} ${description ?? ''}`).join('\n') ?? '';
  assert.match(texts, /60,000 rows/);
  assert.match(texts, /→ 5 0, 0/);
  assert.match(texts, /taken by their names/);
});

test('data that are not those are exchanged for others', async () => {
  const { ask, asked } = step(() => ({ rows: 256, loss: 0.2 }));
  let looked = 0;
  fake.pick = ({ title }) => (title?.includes('read') ? (looked++ === 0 ? 'other data' : 'Use') : 'mnist');
  await ask();
  assert.deepEqual(asked, ['describe', 'headers', 'preview', 'headers', 'preview', 'tryData']);
});

test('a checkpoint that cannot be analyzed is refused before anybody is asked for data', async () => {
  const { ask, asked } = step(() => ({ rows: 1, loss: 1 }), 'It holds weights alone.');
  await assert.rejects(ask(), UserError);
  assert.deepEqual(asked, ['describe']);
  assert.deepEqual(fake.offered, []);
});

test('nothing is noted of data that cannot be measured, and others can be chosen', async () => {
  const { ask, settings } = step(() => {
    throw new UserError('x_train has 8 × 8 numbers a row.');
  });
  fake.pick = answers({ read: 'Use' }, 'digits');
  await assert.rejects(ask(), (error) => error instanceof RemediableError && error.remedies.length === 1);
  assert.ok(!existsSync(settings));
});

test('which rows fit a model', () => {
  const fits = (shape: number[], ...inputs: (number | null)[][]) =>
    fitOf({ file: '/d.npz', arrays: [{ name: 'x_train', shape, type: '<f4' }] }, inputs).fits;
  assert.equal(fits([9, 28, 28], [28, 28, 1]), true);
  assert.equal(fits([9, 28, 28], [784]), true);
  assert.equal(fits([9, 3, 32, 32], [32, 32, 3]), true);
  assert.equal(fits([9, 32, 32, 3], [3, 32, 32]), true);
  assert.equal(fits([9, 40], [null]), true);
  assert.equal(fits([9, 8, 8], [28, 28, 1]), false);
  assert.equal(fits([9, 8], [8], [8]), false, 'a model of two inputs takes two arrays');
  assert.equal(fits([9, 8]), undefined);
  assert.equal(fitOf({ file: '/d.npz', arrays: [] }, [[8]]).fits, undefined);
  assert.equal(
    fitOf({ file: '/x_train.npy', arrays: [{ name: '', shape: [9, 8], type: '<f8' }] }, [[8]]).fits,
    true,
  );
});

test('bytes as they are come first only where the network is clearly more often right on them', () => {
  const way = (name: string, loss: number, accuracy?: number) => ({
    ...{ name, loss, input: { scale: 1 } },
    ...(accuracy === undefined ? {} : { accuracy }),
  });
  const first = (asTheyAre: ReturnType<typeof way>, ...ways: ReturnType<typeof way>[]) =>
    likeliestFirst(ways, asTheyAre, 256).map(({ name }) => name)[0];
  // A network that was trained on inputs / 255, as it was found: it is surer on larger ones, not better.
  const [by255, centred] = [way('/ 255', 0.076, 0.98), way('centred', 0.138, 0.953)];
  assert.equal(first(way('as is', 0.0522, 0.988), centred, by255), '/ 255');
  // One that was trained on bytes.
  assert.equal(first(way('as is', 0.05, 0.98), way('/ 255', 2.2, 0.4), way('centred', 2.3, 0.1)), 'as is');
  // Without classes the loss alone tells.
  assert.equal(first(way('as is', 1), way('/ 255', 2)), 'as is');
});
