import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { UserError } from '../../../src/core/errors';
import { compareWithHead } from '../../../src/editor/commands/compare-with-head';
import { figuresBeside } from '../../../src/editor/git/figures-beside';
import { checkpointSubject } from '../../../src/editor/panel/subjects/checkpoint';
import type { DocumentAsked } from '../../../src/editor/jobs/job';
import { analyzeRequest } from '../../../src/settings/merge';
import { temporaryFolder } from '../settings/temporary-folder';
import { aReport } from './a-report';

beforeEach(resetFake);

/** A checkpoint in a repository, of which git has another state, with reports on neither, one or both. */
function repository(measured: readonly string[]) {
  const [folder, storage] = [temporaryFolder(), temporaryFolder()];
  const checkpoint = path.join(folder, 'x.keras');
  writeFileSync(checkpoint, 'now');
  fake.folders = [folder];
  const api = {
    getRepository: () => ({}),
    toGitUri: (uri: vscode.Uri, ref: string) =>
      vscode.Uri.from({ scheme: 'git', path: uri.path, query: ref }),
  };
  fake.extensions['vscode.git'] = { activate: () => Promise.resolve({ getAPI: () => api }) };
  fake.remote.set(`git:${checkpoint}?HEAD`, Buffer.from('then'));
  const request = analyzeRequest(checkpoint, { data: '/w/d.npz' });
  const asked: string[][] = [];
  const begun: DocumentAsked[] = [];
  const services = {
    context: { globalStorageUri: { fsPath: storage } },
    engine: {
      request: (_: string, { files }: { files: string[] }) => {
        asked.push(files);
        const facts = { kind: 'Keras', bytes: 1, parameters: 1, tensors: [], provenance: [], notes: [] };
        return Promise.resolve({ files: files.map((file) => ({ ...facts, path: file })), differences: [] });
      },
    },
    store: {
      find: ({ checkpoint: file }: { checkpoint: string }) => {
        const state = file === checkpoint ? 'now' : 'then';
        const known = measured.includes(state);
        return Promise.resolve(known ? { report: aReport(), path: file, request } : undefined);
      },
    },
    requests: { current: () => Promise.resolve(request), make: () => Promise.resolve(request) },
    queue: { add: (each: DocumentAsked) => begun.push(each) },
    panels: { active: undefined, show: () => undefined },
  };
  const shown: [string, string][] = [];
  const documents = { show: (...given: [string, string]) => Promise.resolve(void shown.push(given)) };
  const run = () => compareWithHead(services as never, documents, [{ checkpoint }]);
  const copies = path.join(storage, 'committed');
  return { run, shown, asked, begun, checkpoint, copies };
}

test('a checkpoint is held against what git has of it, figures first', async () => {
  const { run, shown, asked, checkpoint, copies } = repository(['now', 'then']);
  await run();
  const [[committed, now]] = asked;
  assert.equal(now, checkpoint);
  assert.equal(path.basename(committed), 'x.keras', 'what a file is depends on its name');
  const [[title, text]] = shown;
  assert.equal(title, 'x.keras (HEAD, now).txt');
  assert.match(text, /HEAD +now\n.*Largest eigenvalue +2\.887.* 2\.887/);
  assert.match(text, /x\.keras \(HEAD\)[^]*x\.keras \(now\)/);
  assert.deepEqual(fake.shown, [], 'both are measured: nothing is asked');
  const left = () => (existsSync(copies) ? readdirSync(copies) : []);
  for (let wait = 0; left().length > 0 && wait < 100; wait++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(left(), [], 'the copy is gone again');
});

test('what was not measured can be, both alike', async () => {
  const { run, shown, begun, checkpoint, asked } = repository(['now']);
  fake.press = () => 'Measure Both';
  await run();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.match(shown[0][1], /Largest eigenvalue +– +2\.887/);
  const [{ request }] = begun;
  assert.ok(request.method === 'compare');
  assert.deepEqual(request.params.checkpoints, [asked[0][0], checkpoint]);
  assert.deepEqual(
    request.params.members?.map(({ label }) => label),
    ['HEAD', 'now'],
  );
});

test('either side of a diff leads there', async () => {
  const services = { summaries: { of: () => Promise.resolve({}) } };
  const committed = { title: 'x', settingsOf: '/w/x.keras' };
  for (const subject of [
    checkpointSubject(services as never, '/c/x.keras', committed),
    checkpointSubject(services as never, '/w/x.keras'),
  ])
    await subject.handle({ type: 'compareWithHead' });
  const led = { command: 'landscape.compareWithHead', args: [{ checkpoint: '/w/x.keras' }] };
  assert.deepEqual(fake.executed, [led, led]);
});

test('without git, or where it does not know the file, it says so', async () => {
  const { run } = repository([]);
  fake.remote.clear();
  await assert.rejects(run(), /x\.keras is not in the last commit/);
  fake.extensions = {};
  await assert.rejects(run(), UserError);
  assert.deepEqual(figuresBeside(undefined, undefined), [
    'Neither has been measured by the settings that hold.',
  ]);
});
