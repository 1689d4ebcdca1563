import path from 'node:path';
import * as vscode from 'vscode';
import type { Engine } from '../../engine/client';
import type { CheckpointSummary, DataTrial, ScalingTrial } from '../../contract/engine-protocol';
import { UserError } from '../../core/errors';
import { formatCount, formatNumber } from '../../wording/format-number';
import type { AnalyzeRequest, DataChoices } from '../../contract/settings';
import type { SettingValue } from '../../settings/write';
import { isPytorchName } from '../../contract/checkpoint-names';
import { RemediableError } from '../show-error';
import type { Summaries } from '../store/summaries';
import { copySaveLines } from './copy-save-lines';
import { browseForData, dataItems, withLoaders } from './data-items';
import { lookAtData } from './look-at-data';
import { noteSettings } from './note-settings';

/** What is said of data, and which network weights alone belong to. */
type DataAndModel = DataChoices & Pick<AnalyzeRequest, 'model'>;

/** What the question about data needs: the engine that tries them, and the request by which they would be measured. */
export interface DataStep {
  readonly engine: Engine;
  readonly summaries: Pick<Summaries, 'of'>;
  /** The folder of the bundles. */
  readonly dist: string;
  withData(checkpoint: string, data: string, choices: DataAndModel): Promise<AnalyzeRequest>;
  /** Tells what a person should know, whole. */
  warn(message: string): void;
}

/**
 * Asks which data a checkpoint was trained on. The checkpoint is looked at first, the data are tried on a few rows, and
 * only what can be measured is noted in a `landscape.json`, so that it is asked once.
 * @returns the file chosen, or undefined when dismissed.
 * @throws UserError when the checkpoint cannot be analyzed, or not on these data
 */
export async function chooseData(step: DataStep, checkpoint: string): Promise<string | undefined> {
  const summary = await step.summaries.of(checkpoint);
  if (summary.refusal !== undefined) throw refused(summary.refusal, checkpoint);
  const chosen = await chooseFile(step, checkpoint, summary.inputs);
  return chosen && (await settleData(step, checkpoint, chosen)) ? chosen.data : undefined;
}

/** Weights alone may have their network in the person's code. */
function refused(refusal: string, checkpoint: string): UserError {
  if (!isPytorchName(checkpoint)) return new UserError(refusal);
  const label = vscode.l10n.t('Find the Model in My Code');
  const run = () => vscode.commands.executeCommand('landscape.findModel', { checkpoint });
  return new RemediableError(refusal, [{ label, run }]);
}

/** Data that were chosen, with what was said of them. */
export interface ChosenData {
  readonly data: string;
  readonly choices: DataChoices;
  /** The network of weights alone, where it has only been found. */
  readonly model?: string;
}

/**
 * Tries the data that were chosen on a few rows, asks how they go in where that is open, and notes all of it in a
 * `landscape.json`. @returns whether it was noted, or dismissed
 * @throws UserError when the checkpoint cannot be measured on them
 */
export async function settleData(step: DataStep, checkpoint: string, chosen: ChosenData): Promise<boolean> {
  const { data, choices, model } = chosen;
  const trial = await tried(step, checkpoint, data, { ...choices, ...(model ? { model } : {}) });
  const way = trial.ways === undefined ? undefined : await askForScale(trial, trial.ways);
  if (trial.ways !== undefined && way === undefined) return false;
  const file = await noteSettings(checkpoint, data, { ...flat(choices), ...scaleOf(way) }, model);
  const noted = vscode.l10n.t('Landscape: noted in {0}', vscode.workspace.asRelativePath(file));
  vscode.window.setStatusBarMessage(noted, 5000);
  const { guessing } = way ?? trial;
  if (guessing !== undefined) step.warn(guessing);
  return true;
}

/** A file of data, looked at and accepted. Undefined when dismissed. */
export async function chooseFile(
  step: DataStep,
  checkpoint: string,
  inputs: CheckpointSummary['inputs'],
): Promise<ChosenData | undefined> {
  for (;;) {
    const data = await askForFile(step, checkpoint, inputs);
    if (data === undefined) return undefined;
    const looked = await lookAtData(step.engine, checkpoint, data, inputs);
    if (looked === undefined) return undefined;
    if (looked !== 'other') return { data, choices: looked.choices };
  }
}

/** What was said of the data by its keys in `landscape.json`. */
const flat = ({ image, target, ...rest }: DataChoices): Record<string, SettingValue> => {
  const { window, columns, header, tokens } = rest;
  const settings = { target, window, columns, header, tokens };
  const ofImage = Object.entries(image ?? {}).map(([key, value]) => [`image.${key}`, value] as const);
  return Object.fromEntries(
    [...Object.entries(settings), ...ofImage].flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );
};

async function askForFile(
  { engine, dist }: DataStep,
  checkpoint: string,
  inputs: CheckpointSummary['inputs'],
): Promise<string | undefined> {
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(checkpoint))?.uri.fsPath;
  const items = Promise.all([
    dataItems(engine, checkpoint, workspaceFolder, inputs),
    import('../own-code/workspace-code').then(({ workspaceLoaders }) => workspaceLoaders()),
  ]).then(([found, loaders]) => (loaders.length > 0 ? withLoaders(found, loaders) : found));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which data was {0} trained on?', path.basename(checkpoint)),
    placeHolder: vscode.l10n.t('NumPy, CSV, Parquet, IDX, CIFAR, tokens, pictures. Kept in landscape.json.'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (picked?.action === 'copy') await copySaveLines();
  if (picked?.action === 'loader') {
    const { writeRows } = await import('../own-code/write-rows');
    return writeRows(dist, checkpoint);
  }
  return picked?.action === 'browse' || picked?.action === 'folder'
    ? browseForData(checkpoint, picked.action)
    : picked?.file;
}

/** Nothing is noted of data that cannot be measured. */
async function tried(
  step: DataStep,
  checkpoint: string,
  data: string,
  choices: DataAndModel,
): Promise<DataTrial> {
  const title = vscode.l10n.t('Landscape: trying {0}', path.basename(data));
  const what = `trying ${path.basename(data)}`;
  try {
    const request = await step.withData(checkpoint, data, choices);
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
  { rows, ways: _, ...found }: DataTrial,
  ways: readonly ScalingTrial[],
): Promise<ScalingTrial | undefined> {
  const asTheyAre: ScalingTrial = {
    name: vscode.l10n.t('As they are'),
    input: { scale: 1 },
    ...found,
  };
  const items = likeliestFirst(ways, asTheyAre, rows).map((way) => ({
    label: way.name,
    description:
      way.accuracy === undefined
        ? vscode.l10n.t('loss {0}', formatNumber(way.loss, 3))
        : vscode.l10n.t(
            'loss {0}, {1} % right',
            formatNumber(way.loss, 3),
            formatNumber(100 * way.accuracy, 3),
          ),
    way,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('The inputs are whole numbers up to 255. How do they go into the network?'),
    placeHolder: vscode.l10n.t(
      'The loss on {0} rows tells: a trained network knows its data.',
      formatCount(rows),
    ),
    ignoreFocusOut: true,
  });
  return picked?.way;
}

/** How inputs go in, by its keys in `landscape.json`; nothing where nobody was asked. */
function scaleOf(way: ScalingTrial | undefined): Record<string, SettingValue> {
  if (way === undefined) return {};
  const { scale, mean, std } = way.input;
  return { 'input.scale': scale, ...(mean && std ? { 'input.mean': mean, 'input.std': std } : {}) };
}

/**
 * The way in which the network knows its data first. Larger inputs alone make a network surer of what it knows, and its loss
 * smaller: where it has classes, bytes as they are come first only if it is clearly (by two standard errors) more often right.
 */
export function likeliestFirst(
  ways: readonly ScalingTrial[],
  asTheyAre: ScalingTrial,
  rows: number,
): ScalingTrial[] {
  const byLoss = (a: ScalingTrial, b: ScalingTrial) => a.loss - b.loss;
  const [best, ...others] = [...ways].sort(byLoss);
  const [right, other] = [asTheyAre.accuracy, best?.accuracy];
  if (best === undefined || right === undefined || other === undefined)
    return [...ways, asTheyAre].sort(byLoss);
  const mean = (right + other) / 2;
  const isClearly = right - other > 2 * Math.sqrt((2 * mean * (1 - mean)) / rows);
  return isClearly ? [asTheyAre, best, ...others] : [best, ...[asTheyAre, ...others].sort(byLoss)];
}
