import path from 'node:path';
import * as vscode from 'vscode';
import { writeWhole } from '../../settings/atomic-write';
import { UserError } from '../../core/errors';
import type { Engine } from '../../engine/client';
import { pickDataFile } from '../first-use/data-items';

const MODELS: readonly (vscode.QuickPickItem & { readonly model: object })[] = [
  { label: 'MLP', description: 'two hidden layers of 128', model: { kind: 'mlp', hidden: [128, 128] } },
  { label: 'CNN', description: 'for images', model: { kind: 'cnn' } },
  { label: 'Residual CNN', description: 'with batch norm, for images', model: { kind: 'residual' } },
  { label: 'LSTM', description: 'for sequences', model: { kind: 'recurrent', cell: 'lstm' } },
  { label: 'Transformer', description: 'for sequences', model: { kind: 'transformer' } },
  { label: 'Perceptron', description: 'one layer', model: { kind: 'perceptron' } },
];

/**
 * Asks for data and a model, writes a run file into the first workspace folder and opens it, completed by its schema.
 * It is not run at once: people want to see what they start. Undefined, for there is nothing to run yet.
 */
export async function newRunFile(engine: Engine): Promise<undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder === undefined)
    throw new UserError(
      vscode.l10n.t('Open a folder first: run files and their checkpoints are kept there.'),
    );
  const data = await pickDataFile(engine, folder, vscode.l10n.t('Train on which data?'));
  if (data === undefined) return undefined;
  const model = await vscode.window.showQuickPick(MODELS, { title: vscode.l10n.t('Train which model?') });
  if (model === undefined) return undefined;
  const file = await freeName(folder);
  const run = {
    data: path.relative(folder, data).split(path.sep).join('/'),
    model: model.model,
    optimizer: { name: 'adam', learningRate: 0.001 },
    batchSize: 32,
    epochs: 10,
    seed: 1,
  };
  await writeWhole(file, `${JSON.stringify(run, null, 2)}\n`);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'This is a run file. Change what you like, then choose Train again (or the play button above).',
    ),
  );
  return undefined;
}

async function freeName(folder: string): Promise<string> {
  for (let i = 1; ; i++) {
    const file = path.join(folder, i === 1 ? 'train.run.json' : `train-${i}.run.json`);
    const taken = await vscode.workspace.fs.stat(vscode.Uri.file(file)).then(
      () => true,
      () => false,
    );
    if (!taken) return file;
  }
}
