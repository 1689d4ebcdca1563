import path from 'node:path';
import * as vscode from 'vscode';
import type { Checkpoints } from '../services';
import { stampOf } from '../store/file-records';
import { hasHoles, matching } from './matching';
import { resolveCheckpoint } from './resolve';
import type { PathExpression } from './spelled-path';

/** The checkpoints that an expression of a document names: several where it has holes. */
export async function namedFiles(
  expression: PathExpression,
  document: vscode.TextDocument,
  checkpoints: Pick<Checkpoints, 'all' | 'endingIn'>,
): Promise<readonly string[]> {
  const documentFolder = folderOf(document);
  const workspaceFolders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  if (hasHoles(expression)) {
    const bases = [...(documentFolder === undefined ? [] : [documentFolder]), ...workspaceFolders];
    return matching(expression, await checkpoints.all(), bases);
  }
  const found = await resolveCheckpoint(expression, {
    documentFolder,
    workspaceFolders,
    exists: async (file) => (await stampOf(file)) !== undefined,
    endingIn: (parts) => checkpoints.endingIn(parts),
  });
  return found === undefined ? [] : [found];
}

/** The folder of a document; for a notebook's cell that of the notebook, whose path it has. */
function folderOf({ uri }: vscode.TextDocument): string | undefined {
  if (uri.scheme !== 'file' && uri.scheme !== 'vscode-notebook-cell') return undefined;
  return path.dirname(vscode.Uri.file(uri.path).fsPath);
}
