import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fake, resetFake } from './fake-vscode';
import type { ShownFile } from '../../../src/contract/contents';
import type { CheckpointSummary } from '../../../src/contract/engine-protocol';
import { UserError } from '../../../src/core/errors';
import { contentsSubject } from '../../../src/editor/panel/subjects/contents';
import { temporaryFolder } from '../settings/temporary-folder';

beforeEach(resetFake);

const CLASS = 'import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self): self.fc = 1\n';
const ANALYZABLE = { refusal: undefined, parameters: [], layers: [] } as unknown as CheckpointSummary;

interface House {
  readonly name?: string;
  readonly summary?: () => Promise<Partial<CheckpointSummary>>;
  readonly fails?: boolean;
}

/** A workspace with a file, code of a network and an export of another; and an engine that shows what is inside. */
function house({
  name = 'best.pth',
  summary = () => Promise.resolve({ ...ANALYZABLE, refusal: 'It holds weights alone.' }),
  fails = false,
}: House = {}) {
  const folder = temporaryFolder();
  const at = (of: string) => path.join(folder, of);
  fake.folders = [folder];
  fake.found = [at('model.py')];
  writeFileSync(at('model.py'), CLASS);
  writeFileSync(at(name), '1');
  let shown = 0;
  const weightsAlone = !name.endsWith('.npz');
  const contents = { path: at(name), kind: 'k', tensors: [], weightsAlone } as unknown as ShownFile;
  const services = {
    engine: {
      request: () => {
        shown++;
        return fails
          ? Promise.reject(new UserError('It is no archive.'))
          : Promise.resolve({ files: [contents] });
      },
    },
    summaries: { of: summary },
    store: { latest: () => Promise.resolve(undefined) },
    checkpoints: { all: () => Promise.resolve([at('other.pt2'), at('x.keras')]) },
  };
  const subject = contentsSubject(services as never, at(name));
  const load = (again: () => void = assert.fail) => subject.load(again);
  return { at, subject, load, contents, times: () => shown };
}

test('weights whose network is not known show what is inside, and what can be done by what there is', async () => {
  const { load, contents, at, times, subject } = house();
  const found = await load();
  assert.equal(found.contents, contents);
  const ids = found.next[0].actions.map(({ id }) => id);
  assert.deepEqual(ids, ['find-model', 'choose-network', 'copy-model-lines']);
  await load();
  assert.equal(times(), 1, 'the file was read again though it is as it was');
  utimesSync(at('best.pth'), 1, 1);
  await load();
  assert.equal(times(), 2);
  await subject.handle({ type: 'accept', id: 'find-model' });
  assert.deepEqual(fake.executed, [
    { command: 'landscape.findModel', args: [{ checkpoint: at('best.pth') }] },
  ]);
});

test('nothing of a workspace that is not trusted is offered to be run', async () => {
  fake.isTrusted = false;
  const { load } = house();
  const { next } = await load();
  assert.deepEqual(
    next[0].actions.map(({ id }) => id),
    ['choose-network', 'copy-model-lines'],
  );
});

test('weights whose network is known are a checkpoint; arrays are none', async () => {
  const known = await house({ summary: () => Promise.resolve(ANALYZABLE) }).load();
  assert.deepEqual([known.next, known.summary], [[], ANALYZABLE]);
  const arrays = await house({ name: 'data.npz', summary: assert.fail }).load();
  assert.deepEqual([arrays.next, arrays.summary], [[], undefined]);
});

test('tensors are shown before large weights have been read whole, and then what they are', async () => {
  const late = () => sleep(900, ANALYZABLE);
  const { load } = house({ summary: late });
  let told = 0;
  const first = await load(() => told++);
  assert.deepEqual([first.summary, first.contents !== undefined, told], [undefined, true, 0]);
  assert.deepEqual(first.next, [], 'it is not known yet whether they lack a network');
  assert.equal((await load()).summary, ANALYZABLE);
  assert.equal(told, 1);
});

test('what cannot be read says why, and can be opened otherwise', async () => {
  const { load, subject } = house({ fails: true });
  const { problem, next } = await load();
  assert.equal(problem, 'It is no archive.');
  await subject.handle({ type: 'accept', id: next[0].actions[0].id });
  assert.deepEqual(
    fake.executed.map(({ command }) => command),
    ['workbench.action.reopenWithEditor'],
  );
});
