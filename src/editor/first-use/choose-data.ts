import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../../engine/client';
import type { CheckpointSummary, DataTrial } from '../../contract/engine-protocol';
import { UserError } from '../../core/errors';
import { formatCount, formatNumber } from '../../wording/format-number';
import type { AnalyzeRequest } from '../../contract/settings';
import { RemediableError } from '../show-error';
import { copySaveLines } from './copy-save-lines';
import { browseForData, dataItems } from './data-items';
import { noteSettings } from './note-settings';

/** What the question about data needs: the engine that tries them, and the request by which they would be measured. */
export interface DataStep {
  readonly engine: Pick<EngineClient, 'request'>;
  withData(checkpoint: string, data: string): Promise<AnalyzeRequest>;
}

/**
 * Asks which data a checkpoint was trained on. The checkpoint is looked at first, the data are tried on a few rows, and
 * only what can be measured is noted in a `landscape.json`, so that it is asked once.
 * @returns the file chosen, or undefined when dismissed.
 * @throws UserError when the checkpoint cannot be analyzed, or not on these data
 */
export async function chooseData(step: DataStep, checkpoint: string): Promise<string | undefined> {
  const name = path.basename(checkpoint);
  const summary = await step.engine.request('describe', { checkpoint }, { what: `reading ${name}` });
  if (summary.refusal !== undefined) throw new UserError(summary.refusal);
  const data = await askForFile(step, checkpoint, summary.inputs);
  if (data === undefined) return undefined;
  const trial = await tried(step, checkpoint, data);
  const scale = trial.divided === undefined ? {} : await askForScale(trial, trial.divided);
  if (scale === undefined) return undefined;
  const file = await noteSettings(checkpoint, data, scale);
  const noted = vscode.l10n.t('Landscape: noted in {0}', vscode.workspace.asRelativePath(file));
  vscode.window.setStatusBarMessage(noted, 5000);
  return data;
}

async function askForFile(
  { engine }: DataStep,
  checkpoint: string,
  inputs: CheckpointSummary['inputs'],
): Promise<string | undefined> {
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(checkpoint))?.uri.fsPath;
  const items = dataItems(engine, checkpoint, workspaceFolder, inputs);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which data was {0} trained on?', path.basename(checkpoint)),
    placeHolder: vscode.l10n.t(
      'A .npz with x_train, y_train, x_test, y_test. The answer is kept in a landscape.json.',
    ),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (picked?.action === 'copy') await copySaveLines();
  return picked?.action === 'browse' ? browseForData(checkpoint) : picked?.file;
}

/** Nothing is noted of data that cannot be measured. */
async function tried(step: DataStep, checkpoint: string, data: string): Promise<DataTrial> {
  const title = vscode.l10n.t('Landscape: trying {0}', path.basename(data));
  const what = `trying ${path.basename(data)}`;
  try {
    const request = await step.withData(checkpoint, data);
    return await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      Promise.resolve(step.engine.request('tryData', request, { what })),
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new RemediableError(error.message, [
      {
        label: vscode.l10n.t('Choose Other Data'),
        run: () => vscode.commands.executeCommand('landscape.selectData', { checkpoint }),
      },
    ]);
  }
}

/** Bytes that nothing scales: the loss tells which way the network was trained. Undefined when dismissed. */
async function askForScale(
  { loss, rows }: DataTrial,
  divided: number,
): Promise<{ readonly 'input.scale': string | number } | undefined> {
  const items = [
    { label: vscode.l10n.t('Divide by 255'), loss: divided, scale: '1/255' },
    { label: vscode.l10n.t('As they are'), loss, scale: 1 },
  ]
    // The way in which the network knows its data comes first.
    .sort((a, b) => a.loss - b.loss)
    .map((way) => ({ ...way, description: vscode.l10n.t('loss {0}', formatNumber(way.loss, 3)) }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('The inputs are whole numbers up to 255. How do they go into the network?'),
    placeHolder: vscode.l10n.t(
      'The loss on {0} rows tells: a trained network knows its data.',
      formatCount(rows),
    ),
    ignoreFocusOut: true,
  });
  return picked && { 'input.scale': picked.scale };
}
