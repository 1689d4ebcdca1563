import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { openExample } from '../../../src/editor/commands/open-example';
import { CheckpointTree } from '../../../src/editor/home/checkpoint-tree';
import { MeasuredFiles } from '../../../src/editor/home/measured-files';
import { ReportEditor } from '../../../src/editor/home/report-editor';
import { readSettings } from '../../../src/settings/read';
import { temporaryFolder } from '../settings/temporary-folder';
import { aHistory } from './a-history';
import { aReport } from './a-report';

beforeEach(resetFake);

/** Two runs: of the first one checkpoint was measured, and one measured and written again since. */
function workspace() {
  const folder = temporaryFolder();
  fake.folders = [folder];
  const file = (run: string, name: string) => {
    mkdirSync(path.join(folder, run), { recursive: true });
    writeFileSync(path.join(folder, run, name), name);
    return path.join(folder, run, name);
  };
  const [fresh, stale, unknown] = ['1.keras', '2.keras', '3.keras'].map((name) => file('a', name));
  const other = file('b', 'x.keras');
  const past = new Date(Date.now() - 3_600_000);
  for (const each of [fresh, unknown]) utimesSync(each, past, past);
  const report = aReport({ createdAt: new Date(Date.now() - 60_000).toISOString() });
  const services = {
    queue: { onChange: () => () => undefined },
    files: { onDidChange: () => ({ dispose: () => undefined }) },
    checkpoints: {
      byFolder: () =>
        Promise.resolve(
          new Map([
            [path.dirname(fresh), [fresh, stale, unknown]],
            [path.dirname(other), [other]],
          ]),
        ),
    },
    requests: { standing: () => Promise.resolve(undefined) },
    store: {
      records: { read: () => Promise.resolve(undefined) },
      latest: (of: string) =>
        Promise.resolve(
          of === fresh || of === stale
            ? { report, path: `${of}.landscape.json`, request: undefined }
            : undefined,
        ),
    },
  };
  return { services: services as never, folder, fresh, stale, unknown };
}

test('checkpoints stand under their folders, with figures and whether these are out of date', async () => {
  const { services, folder, fresh, unknown } = workspace();
  const tree = new CheckpointTree(services);
  const itemsOf = async (of?: { folder: string }) =>
    Promise.all((await tree.getChildren(of)).map((each) => tree.getTreeItem(each)));
  const folders = await itemsOf();
  assert.deepEqual(
    folders.map(({ label, description, contextValue }) => [label, description, contextValue]),
    [
      ['a', '3', 'run'],
      ['b', '1', 'folder'],
    ],
  );
  const items = await itemsOf({ folder: path.join(folder, 'a') });
  const figures = 'λ₁ 2.887 · test 96 %';
  assert.deepEqual(
    items.map(({ label, description, contextValue }) => [label, description, contextValue]),
    [
      ['1.keras', figures, 'measured'],
      ['2.keras', `${figures} · out of date`, 'measured'],
      ['3.keras', '', 'checkpoint'],
    ],
  );
  assert.match(items[1].tooltip as string, /2\.keras is newer than this report/);
  assert.deepEqual(items[0].command?.arguments, [{ checkpoint: fresh }]);
  assert.equal((items[2].command?.arguments?.[0] as vscode.Uri).fsPath, unknown);
  tree.dispose();
});

test("the explorer's files have a mark where they were measured", async () => {
  const { services, fresh, stale, unknown } = workspace();
  const files = new MeasuredFiles(services);
  const of = (file: string) => files.provideFileDecoration(vscode.Uri.file(file));
  assert.deepEqual(await of(fresh), { badge: 'λ', tooltip: 'λ₁ 2.887 · test 96 %' });
  assert.match((await of(stale))?.tooltip ?? '', /out of date/);
  assert.ok((await of(stale))?.color);
  assert.equal(await of(unknown), undefined);
  assert.equal(await of(fresh.replace('.keras', '.txt')), undefined);
  files.dispose();
});

test('the example is copied once, with settings that are right where it lies, and opened', async () => {
  const storage = temporaryFolder();
  const context = { extensionPath: path.resolve('.'), globalStorageUri: { fsPath: storage } };
  await openExample({ context } as never);
  const folder = path.join(storage, 'example');
  const [{ command, args }] = fake.executed;
  assert.equal(command, 'vscode.openFolder');
  assert.deepEqual([(args[0] as vscode.Uri).fsPath, args[1]], [folder, { forceNewWindow: false }]);
  assert.ok(readdirSync(path.join(folder, 'small-batch')).includes('epoch-020.keras'));
  const file = path.join(folder, 'landscape.json');
  assert.doesNotMatch(readFileSync(file, 'utf8'), /schema/);
  assert.equal((await readSettings(file)).settings.data, path.join(folder, 'data/mnist.npz'));
  writeFileSync(path.join(folder, 'mine.txt'), 'x');
  fake.folders = ['/w'];
  await openExample({ context } as never);
  assert.deepEqual(fake.executed[1]?.args[1], { forceNewWindow: true });
  assert.ok(readdirSync(folder).includes('mine.txt'), 'what a person has added stays');
});

test('the editor of a history shows the run, that of a damaged file why it cannot', async () => {
  const folder = temporaryFolder();
  const opened: unknown[] = [];
  const services = {
    queue: { all: [], onChange: () => () => undefined, open: (asked: unknown) => opened.push(asked) },
    files: { onDidChange: () => ({ dispose: () => undefined }) },
    context: { extensionUri: vscode.Uri.file('/e') },
  };
  const editor = new ReportEditor(services as never);
  const shown: { html: string; posted: { state: { title: string; job: unknown } }[] }[] = [];
  const show = async (file: string) => {
    let receive: (message: unknown) => unknown = () => undefined;
    const posted: never[] = [];
    const webview = {
      html: '',
      options: {},
      cspSource: '',
      asWebviewUri: (uri: unknown) => uri,
      onDidReceiveMessage: (listener: typeof receive) => ((receive = listener), { dispose: () => undefined }),
      postMessage: (message: never) => Promise.resolve(posted.push(message)),
    };
    const panel = { webview, onDidDispose: () => undefined, onDidChangeViewState: () => undefined };
    const uri = vscode.Uri.file(file);
    await editor.resolveCustomEditor({ uri, dispose: () => undefined }, panel as never);
    await receive({ type: 'ready' });
    shown.push({ html: webview.html, posted });
    await new Promise((resolve) => setTimeout(resolve, 200));
    return shown[shown.length - 1].posted.at(-1)?.state;
  };
  const history = path.join(folder, 'history.json');
  writeFileSync(history, JSON.stringify(aHistory(folder, { name: 'an earlier run' })));
  assert.equal((await show(history))?.title, 'an earlier run');
  assert.equal(opened.length, 1);
  const damaged = path.join(folder, 'x.landscape.json');
  writeFileSync(damaged, '{');
  assert.match(JSON.stringify((await show(damaged))?.job), /not valid JSON/);
});
