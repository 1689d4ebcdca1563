import { fake, resetFake } from './fake-vscode';
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import * as vscode from 'vscode';
import { CheckpointIndex } from '../../../src/editor/hover/checkpoint-index';
import { temporaryFolder } from '../settings/temporary-folder';

beforeEach(resetFake);

/** What the editor tells of a folder: itself, and of its files nothing. */
async function tell(what: 'created' | 'deleted', folder: string): Promise<void> {
  const heard = fake.watched.filter((each) => each.glob === '**/*' && each.what === what);
  assert.equal(heard.length, 1);
  for (const each of heard) await each.heard(vscode.Uri.file(folder));
}

const runFolders = () =>
  fake.executed.filter(({ args }) => args[0] === 'landscape.runFolders').at(-1)?.args[1];

test('the run in a folder that is copied or deleted as a whole is known, and forgotten', async () => {
  const root = temporaryFolder();
  const at = (...names: string[]) => join(root, ...names);
  mkdirSync(at('lr0.1'));
  for (const name of ['epoch-1.keras', 'epoch-2.keras', 'notes.txt']) writeFileSync(at('lr0.1', name), 'x');
  fake.found = ['epoch-1.keras', 'epoch-2.keras'].map((name) => at('lr0.1', name));
  const index = new CheckpointIndex();
  assert.equal((await index.all()).length, 2);
  cpSync(at('lr0.1'), at('lr0.2'), { recursive: true });
  mkdirSync(at('lr0.2', 'node_modules'));
  writeFileSync(at('lr0.2', 'node_modules', 'model.onnx'), 'x');
  await tell('created', at('lr0.2'));
  assert.deepEqual([...(await index.all())].sort(), [
    at('lr0.1', 'epoch-1.keras'),
    at('lr0.1', 'epoch-2.keras'),
    at('lr0.2', 'epoch-1.keras'),
    at('lr0.2', 'epoch-2.keras'),
  ]);
  assert.deepEqual(runFolders(), [at('lr0.1'), at('lr0.2')]);
  rmSync(at('lr0.1'), { recursive: true });
  await tell('deleted', at('lr0.1'));
  assert.deepEqual(runFolders(), [at('lr0.2')]);
});
