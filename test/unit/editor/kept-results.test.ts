import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import { openReport } from '../../../src/editor/commands/open-report';
import { documentKey, type DocumentRequest } from '../../../src/editor/documents/document-request';
import { keepDocuments } from '../../../src/editor/documents/keep-documents';
import { KeptDocuments } from '../../../src/editor/documents/kept-documents';
import { readDocument } from '../../../src/editor/documents/read-document';
import { earlierThings } from '../../../src/editor/jobs/earlier';
import { executeIn } from '../../../src/editor/jobs/execute';
import { createNotices } from '../../../src/editor/jobs/notices';
import { JobQueue } from '../../../src/editor/jobs/queue';
import { compareRequest } from '../../../src/settings/merge';
import type { Comparison } from '../../../src/contract/comparison';
import { UserError } from '../../../src/core/errors';
import type { PanelDocument } from '../../../src/contract/panel-protocol';
import * as vscode from 'vscode';
import { temporaryFolder } from '../settings/temporary-folder';
import { aHistory } from './a-history';

beforeEach(resetFake);

const comparison = (more: Partial<Comparison> = {}): Comparison => ({
  schemaVersion: 1,
  kind: 'comparison',
  status: 'complete',
  createdAt: '2026-01-01T00:00:00.000Z',
  title: 'alpha, beta',
  members: [],
  reports: [],
  correlations: [],
  barriers: [],
  findings: [],
  notes: [],
  seconds: 1,
  ...more,
});

const comparing = (folder: string): DocumentRequest => ({
  method: 'compare',
  params: compareRequest([path.join(folder, 'a.keras'), path.join(folder, 'b.keras')], { data: '/d.npz' }),
});

const write = (file: string, value: unknown): string => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};

const places = (storage: string, workspace: string, files: readonly string[]) => ({
  storage,
  kept: new KeptDocuments(path.join(storage, 'documents')),
  findFiles: () => Promise.resolve(files),
  isOurs: (file: string) => file.startsWith(workspace),
});

test('the next window lists comparisons from the store and runs from their histories', async () => {
  const [storage, workspace] = [temporaryFolder(), temporaryFolder()];
  const found = await earlierThings(
    await (async () => {
      const all = places(storage, workspace, [
        write(path.join(workspace, 'digits/history.json'), aHistory(path.join(workspace, 'digits'))),
        write(path.join(workspace, 'coverage/report.json'), { total: 3 }),
        write(path.join(workspace, 'broken/history.json'), '{"kind":"training"'),
      ]);
      await all.kept.save(comparing(workspace), '2 checkpoints', comparison());
      await all.kept.save(comparing('/elsewhere'), 'of another workspace', comparison());
      return all;
    })(),
  );
  assert.deepEqual(
    found.map((each) =>
      each.kind === 'kept' ? each.entry.title : each.kind === 'found' ? each.opened.title : '',
    ),
    ['2 checkpoints', 'digits'],
  );
  const [kept] = found;
  assert.ok(kept?.kind === 'kept');
  const again = new KeptDocuments(path.join(storage, 'documents'));
  assert.deepEqual(await again.read(kept.entry), comparison());
  // A changed digit is damage, and the same job in other words is the same.
  const file = path.join(storage, 'documents', `${kept.entry.key}.json`);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"seconds":1', '"seconds":2'));
  await assert.rejects(again.read(kept.entry), /^UserError: What was kept of "2 checkpoints" is damaged/);
  const asked = comparing(workspace);
  const reversed = Object.fromEntries(Object.entries(asked.params).reverse());
  assert.equal(documentKey({ ...asked, params: reversed } as unknown as DocumentRequest), documentKey(asked));
});

test('the runs of an experiment are in it, not beside it', async () => {
  const workspace = temporaryFolder();
  const experiment = {
    ...{ schemaVersion: 1, kind: 'experiment', status: 'complete', createdAt: '2026-01-01', title: 'E' },
    ...{ question: '', background: '', setting: [], form: 'small', runs: [], groups: [], verdicts: [] },
    ...{ notes: [], seconds: 1 },
  };
  const found = await earlierThings(
    places(temporaryFolder(), workspace, [
      write(path.join(workspace, 'e/runs/1/history.json'), aHistory('')),
      write(path.join(workspace, 'e/report.json'), experiment),
    ]),
  );
  assert.deepEqual(
    found.map((each) => each.kind === 'found' && each.opened.title),
    ['E'],
  );
});

test('a history that is opened goes on in its own folder, a comparison is looked at, a broken one refused', async () => {
  const folder = temporaryFolder();
  const history = write(path.join(folder, 'moved/history.json'), aHistory('/where/it/was'));
  const opened = await readDocument(history);
  assert.equal(opened?.request.method, 'train');
  assert.ok(opened.request.method === 'train');
  assert.equal(opened.request.params.out, path.join(folder, 'moved'));
  const other = write(path.join(folder, 'c.json'), comparison());
  assert.deepEqual((await readDocument(other))?.request, { method: 'file', params: { path: other } });
  const broken = write(path.join(folder, 'b.json'), { kind: 'comparison' });
  await assert.rejects(readDocument(broken), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /b\.json is not whole.*"status"/);
    return true;
  });
  assert.equal(await readDocument(write(path.join(folder, 'r.json'), { kind: 'analysis' })), undefined);
});

test('Open Report opens histories and comparisons as well', async () => {
  const file = write(path.join(temporaryFolder(), 'history.json'), aHistory(''));
  const shown: string[] = [];
  const queue = { open: ({ title }: { title: string }) => void shown.push(title) };
  const panels = { show: ({ title }: { title: string }) => void shown.push(title) };
  await openReport({ queue, panels } as never, [vscode.Uri.file(file)]);
  assert.deepEqual(shown, ['digits', 'digits']);
});

test('a job that ends with its panel closed says so, and is kept; a failure has its reason', async () => {
  const folder = temporaryFolder();
  const kept = new KeptDocuments(folder);
  let answer: () => Promise<PanelDocument> = () => Promise.resolve(comparison());
  const engine = { request: () => answer() };
  const log = { warn: () => undefined, info: () => undefined };
  const store = { save: () => undefined };
  const queue = new JobQueue(executeIn({ engine, store, warn: assert.fail } as never));
  const panels = { isVisible: () => false };
  const services = { engine, kept, log, store, queue, panels } as never;
  createNotices(services);
  keepDocuments(services);
  queue.add({ request: comparing('/w'), title: 'A comparison' });
  while ((await kept.list()).length === 0) await new Promise((next) => setTimeout(next, 5));
  assert.deepEqual(fake.shown, [
    { severity: 'information', text: 'A comparison: finished.', buttons: ['Show'], modal: false },
  ]);
  answer = () => Promise.reject(new UserError('The disk is full.'));
  queue.add({ request: comparing('/v'), title: 'Another' });
  while (fake.shown.length < 2) await new Promise((next) => setTimeout(next, 5));
  assert.equal(fake.shown[1]?.text, 'Another: The disk is full.');
  assert.deepEqual(fake.shown[1].buttons, ['Show', 'Show Log']);
});

test('a run is one job, by whatever words it is asked for', () => {
  const run = aHistory('').run as never;
  const byFile: DocumentRequest = {
    method: 'train',
    params: { run, name: 'x', file: 'x.run.json', out: '/w/x', resume: true },
  };
  const byHistory: DocumentRequest = {
    method: 'train',
    params: { run, name: 'y', out: '/w/x', resume: true },
  };
  assert.equal(documentKey(byFile), documentKey(byHistory));
});
