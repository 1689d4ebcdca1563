import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { longestSuffixMatch } from './source-match';

/**
 * Opens the line of code that a checkpoint remembers. The path is another machine's, so the workspace's file with
 * the longest common end is meant, and none when that is not clear.
 */
export async function openSource(file: string, line: number): Promise<void> {
  const name = file.split(/[\\/]/).at(-1) ?? file;
  const escaped = name.replace(/[[\]{}*?]/g, '[$&]');
  const found = await vscode.workspace.findFiles(`**/${escaped}`, '**/node_modules/**', 200);
  const match = longestSuffixMatch(
    file,
    found.map((uri) => uri.fsPath),
  );
  if (match === undefined) {
    throw new UserError(
      vscode.l10n.t(
        '{0} is not in this workspace, or more than one file could be meant.',
        path.basename(name),
      ),
    );
  }
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(match), {
    selection: new vscode.Range(at, at),
    viewColumn: vscode.ViewColumn.One,
  });
}
