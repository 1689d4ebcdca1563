import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export interface Manifest {
  contributes: {
    commands: { command: string }[];
    customEditors: { viewType: string; selector: { filenamePattern: string }[] }[];
  };
}

/** The extension under test, whatever its publisher. */
export const extension = find();

function find(): vscode.Extension<unknown> {
  const found = vscode.extensions.all.find(
    (candidate) => (candidate.packageJSON as { name: string }).name === 'landscape',
  );
  assert.ok(found, 'the extension is not installed');
  return found;
}

/** A file of the opened workspace. */
export function workspaceFile(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, path);
}
