import path from 'node:path';
import * as vscode from 'vscode';
import { tensorflowPathOf } from '../configuration';
import { askPlace } from '../elsewhere/ask-place';
import { copyShipped } from '../experiments/copy-shipped';
import { pickExperiment } from '../experiments/pick-experiment';
import { saveOpen } from '../save-open';
import type { Services } from '../services';
import { beginDocument } from './begin';

/**
 * Runs an experiment: the file clicked or open, one of the workspace's, or one that comes with the extension, which is
 * copied to where its runs can be kept. Runs go beside the file, under its name.
 */
export async function experiment(services: Services, [argument]: readonly unknown[]): Promise<void> {
  const shipped = path.join(services.context.extensionPath, 'media', 'experiments');
  const chosen = argument instanceof vscode.Uri ? argument.fsPath : await pickExperiment(shipped);
  if (chosen === undefined) return;
  const file = path.dirname(chosen) === shipped ? await copyToFolder(chosen) : chosen;
  if (file === undefined) return;
  await saveOpen(file);
  const { readExperimentFile } = await import('../../settings/read-experiment');
  const read = await readExperimentFile(file);
  const name = path.basename(file).replace(/(\.experiment)?\.json$/i, '');
  const out = path.join(path.dirname(file), name);
  const tensorflowPath = tensorflowPathOf(file);
  const params = { file: read, path: file, out, ...(tensorflowPath ? { tensorflowPath } : {}) };
  const request = { method: 'experiment', params } as const;
  const place = await askPlace(services, request);
  if (place) beginDocument(services, { request, title: read.title, ...place });
}

/** The copy in `experiments` of the workspace, or in a folder that is picked. Undefined when dismissed. */
async function copyToFolder(file: string): Promise<string | undefined> {
  const folder = await experimentsFolder();
  if (folder === undefined) return undefined;
  const copy = await copyShipped(file, folder);
  const place = vscode.workspace.asRelativePath(copy);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Landscape: the experiment is {0}', place), 8000);
  return copy;
}

async function experimentsFolder(): Promise<string | undefined> {
  const open = vscode.workspace.workspaceFolders ?? [];
  if (open.length > 0) {
    const folder = open.length === 1 ? open[0] : await vscode.window.showWorkspaceFolderPick();
    return folder && path.join(folder.uri.fsPath, 'experiments');
  }
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Keep the experiment, its data and its runs in which folder?'),
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return picked?.[0]?.fsPath;
}
