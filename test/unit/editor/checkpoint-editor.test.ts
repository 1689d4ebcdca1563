import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { CheckpointEditor } from '../../../src/editor/checkpoint-editor';
import { isInEditor } from '../../../src/editor/panel/in-editor';
import { temporaryFolder } from '../settings/temporary-folder';

beforeEach(resetFake);

const editorIn = (folder: string) =>
  new CheckpointEditor({ context: { globalStorageUri: { fsPath: folder } } } as never);

test('what git holds is copied under its name, and the copy goes with the editor', async () => {
  const folder = temporaryFolder();
  const uri = vscode.Uri.from({ scheme: 'git', path: '/w/alpha/model.keras', query: 'HEAD' });
  fake.remote.set(uri.toString(), Buffer.from('bytes'));
  const document = await editorIn(folder).openCustomDocument(uri);
  const copy = document.copy?.path ?? '';
  assert.equal(path.basename(copy), 'model.keras');
  assert.equal(readFileSync(copy, 'utf8'), 'bytes');
  assert.equal(document.problem, undefined);
  document.dispose();
  for (let wait = 0; existsSync(copy) && wait < 100; wait++)
    await new Promise((next) => setTimeout(next, 10));
  assert.ok(!existsSync(copy));
});

test('what no file system gives is a sentence on the page, never thrown', async () => {
  for (const scheme of ['git', 'untitled', 'vscode-vfs', 'made-up']) {
    const uri = vscode.Uri.from({ scheme, path: '/w/model.keras' });
    const document = await editorIn(temporaryFolder()).openCustomDocument(uri);
    assert.match(document.problem ?? '', /model\.keras could not be read from/);
  }
});

test('a checkpoint in its editor on screen needs no panel of the same; a side of a diff is another thing', () => {
  const tab = (scheme: string, viewType = 'landscape.checkpoint') =>
    new vscode.TabInputCustom(vscode.Uri.from({ scheme, path: '/w/a.keras' }), viewType);
  fake.tabs = [tab('file')];
  assert.ok(isInEditor('/w/a.keras'));
  assert.ok(!isInEditor('/w/b.keras'));
  fake.tabs = [tab('git'), tab('file', 'hexEditor.hexedit')];
  assert.ok(!isInEditor('/w/a.keras'));
});
