import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { until } from '../harness/processes';
import { extension, workspaceFile } from './extension';

const scheme = 'landscape-test';

/** A file system that holds one checkpoint and nothing else, as git's holds what was committed. */
function fileSystem(bytes: Uint8Array): vscode.FileSystemProvider {
  const isThere = (uri: vscode.Uri) => {
    if (!uri.path.endsWith('/model.keras')) throw vscode.FileSystemError.FileNotFound(uri);
  };
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  return {
    onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
    watch: () => ({ dispose: () => undefined }),
    stat: (uri) => {
      isThere(uri);
      return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: bytes.length };
    },
    readFile: (uri) => {
      isThere(uri);
      return bytes;
    },
    readDirectory: () => [],
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
}

describe('a checkpoint that is not on disk', () => {
  const here = workspaceFile('measured/mlp-digits.keras');
  let provider: vscode.Disposable;
  before(async () => {
    await extension.activate();
    provider = vscode.workspace.registerFileSystemProvider(scheme, fileSystem(readFileSync(here.fsPath)));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    provider.dispose();
  });

  const inputs = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ input }) => input);

  it('opens in the custom editor, and so does one that cannot be read', async () => {
    for (const name of ['/w/model.keras', '/w/gone.keras']) {
      const uri = vscode.Uri.from({ scheme, path: name });
      await vscode.commands.executeCommand('vscode.openWith', uri, 'landscape.checkpoint');
      await until('its tab is there', () =>
        inputs().some((input) => input instanceof vscode.TabInputCustom && input.uri.path === name),
      );
    }
  });

  it('can be held against the file on disk, as a diff of git does', async () => {
    const committed = vscode.Uri.from({ scheme, path: '/w/model.keras' });
    await vscode.commands.executeCommand('vscode.diff', committed, here, 'model.keras (HEAD)');
    await until('the diff is there', () => {
      const label = vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
      return label.includes('model.keras (HEAD)');
    });
    assert.ok(inputs().length > 0);
  });
});
