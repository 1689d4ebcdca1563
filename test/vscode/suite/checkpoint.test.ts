import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../harness/processes';
import { extension, workspaceFile, type Manifest } from './extension';

const checkpoint = 'measured/mlp-digits.keras';

describe('a checkpoint', () => {
  before(() => extension.activate());
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('opens in the custom editor', async () => {
    const { customEditors } = (extension.packageJSON as Manifest).contributes;
    const editor = customEditors.find(({ selector }) =>
      selector.some(({ filenamePattern }) => filenamePattern.includes('.keras')),
    );
    assert.ok(editor, 'no custom editor is declared for .keras');
    await vscode.commands.executeCommand('vscode.openWith', workspaceFile(checkpoint), editor.viewType);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, editor.viewType);
  });

  it('is named in a hover before its analysis', async () => {
    assert.match(await hoverAt(checkpoint), /landscape\.analyze|analy[sz]e/i);
  });

  it('is analyzed by command', async () => {
    await vscode.commands.executeCommand('landscape.analyze', workspaceFile(checkpoint));
    await until(
      'the hover shows the largest eigenvalue',
      async () => /2\.89/.test(await hoverAt(checkpoint)),
      60_000,
    );
  }).timeout(70_000);

  it("is named in a notebook's cell, too", async () => {
    const notebook = await vscode.workspace.openNotebookDocument(workspaceFile('notebook.ipynb'));
    assert.match(await hoverIn(notebook.cellAt(0).document, 'mlp-digits.keras'), /2\.89/);
  });

  it('shows no hover where no checkpoint is named', async () => {
    assert.doesNotMatch(await hoverAt('import keras'), /eigenvalue|landscape/i);
  });
});

/** What all hovers over the middle of `text` in train.py say, as Markdown. */
async function hoverAt(text: string): Promise<string> {
  return hoverIn(await vscode.workspace.openTextDocument(workspaceFile('train.py')), text);
}

async function hoverIn(document: vscode.TextDocument, text: string): Promise<string> {
  const start = document.getText().indexOf(text);
  assert.ok(start >= 0);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    document.positionAt(start + Math.floor(text.length / 2)),
  );
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}
