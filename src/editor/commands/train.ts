import * as vscode from 'vscode';
import type { Services } from '../services';
import { saveOpen } from '../save-open';
import { chooseFolder } from '../training/choose-folder';
import { pickRunFile } from '../training/pick-run-file';
import { tensorflowPathOf } from '../configuration';
import { beginDocument } from './begin';

/** Trains by a run file: the one clicked or open, else one that is picked or made. Checkpoints go beside it, or where the person says. */
export async function train(services: Services, [argument]: readonly unknown[]): Promise<void> {
  const file = argument instanceof vscode.Uri ? argument.fsPath : await pickRunFile(services.engine);
  if (file === undefined) return;
  await saveOpen(file);
  const { readRunFile, runFolder, runName } = await import('../../settings/read-run-file');
  const run = await readRunFile(file);
  const name = runName(file);
  const out = await chooseFolder(services, runFolder(file), run);
  if (out === undefined) return;
  const tensorflowPath = tensorflowPathOf(file);
  const params = {
    run,
    name: run.title ?? name,
    file: vscode.workspace.asRelativePath(file),
    out,
    resume: true,
    ...(tensorflowPath ? { tensorflowPath } : {}),
  };
  const title = vscode.l10n.t('Training: {0}', name);
  beginDocument(services, { request: { method: 'train', params }, title });
}
