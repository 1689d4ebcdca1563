import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import { KeptDocuments } from '../../../src/editor/documents/kept-documents';
import { JobsView } from '../../../src/editor/jobs/jobs-view';
import { quickOf } from '../../../src/editor/jobs/quick';
import { JobQueue } from '../../../src/editor/jobs/queue';
import { stampOf } from '../../../src/editor/store/file-records';
import { ReportStore, type AnyRequest } from '../../../src/editor/store/report-store';
import { analyzeRequest } from '../../../src/settings/merge';
import { temporaryFolder } from '../settings/temporary-folder';
import { aHistory } from './a-history';
import { aReport } from './a-report';

beforeEach(resetFake);

test('a job has one line, also when its first figures are stored; what is only shown has none of its own', async () => {
  const [storage, folder] = [temporaryFolder(), temporaryFolder()];
  fake.folders = [folder];
  const file = (name: string) => {
    writeFileSync(path.join(folder, name), name);
    return path.join(folder, name);
  };
  const [data, measured, older] = ['d.npz', 'a.keras', 'b.keras'].map(file) as [string, string, string];
  const store = new ReportStore(storage);
  const keep = (request: AnyRequest) =>
    store.save(request, aReport(), async (of) => ({ sha256: of, files: [(await stampOf(of))!] }));
  const request = analyzeRequest(measured, { data, measures: true });
  await keep(quickOf(request, 10));
  await keep(analyzeRequest(older, { data }));
  const queue = new JobQueue(() => Promise.resolve(aReport()));
  queue.add(request);
  const out = path.join(folder, 'run');
  mkdirSync(out);
  queue.open({ request: { method: 'train', params: { out } as never }, title: 'opened' }, aHistory(out));
  const kept = new KeptDocuments(path.join(storage, 'documents'));
  const view = new JobsView({
    ...{ queue, kept, context: { globalStorageUri: { fsPath: storage } } },
  } as never);
  const lines = (await view.getChildren()).map((element) => view.getTreeItem(element));
  assert.deepEqual(
    lines.map(({ label }) => label),
    [measured, older].map((each) => `${path.basename(each)} — ${path.basename(folder)}`),
  );
  assert.deepEqual(
    lines.map(({ contextValue }) => contextValue),
    ['report', 'report'],
  );
  view.dispose();
});

test('a job whose tasks others do has them below it, each with its state', async () => {
  const tasks = [
    { label: 'a', state: 'done' },
    { label: 'b', state: 'running', more: 'n1' },
    { label: 'c', state: 'waiting', more: 'Priority' },
    { label: 'd', state: 'failed', more: 'n2', why: 'Task 3 (d) on n2 ended with exit code 1 (d.err): full' },
  ] as const;
  const queue = new JobQueue((_, { onProgress }) => {
    const elsewhere = { name: 'landscape-1', outlive: true, tasks };
    onProgress({ stage: '1 of 4 done', fraction: 1 / 4, remainingSeconds: undefined, elsewhere });
    return new Promise(() => undefined);
  });
  queue.add({ request: { method: 'file', params: { path: '/x' } }, title: 'four', on: 'slurm' });
  const storage = temporaryFolder();
  const kept = new KeptDocuments(path.join(storage, 'documents'));
  const view = new JobsView({
    ...{ queue, kept, context: { globalStorageUri: { fsPath: storage } } },
  } as never);
  const [job] = await view.getChildren();
  assert.equal(view.getTreeItem(job).collapsibleState, 2);
  const rows = await view.getChildren(job);
  assert.deepEqual(
    rows.map((row) => view.getTreeItem(row)).map(({ label, description }) => [label, description]),
    [
      ['a', 'done'],
      ['b', 'running (n1)'],
      ['c', 'waits (Priority)'],
      ['d', 'failed (n2)'],
    ],
  );
  assert.deepEqual(
    rows.map((row) => view.getTreeItem(row).tooltip),
    [
      'a: done',
      'b: running (n1)',
      'c: waits (Priority)',
      'Task 3 (d) on n2 ended with exit code 1 (d.err): full',
    ],
  );
  assert.deepEqual(await view.getChildren(rows[0]), []);
  view.dispose();
});
