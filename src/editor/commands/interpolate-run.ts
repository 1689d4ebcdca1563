import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { withNetwork } from '../own-code/with-network';
import type { Services } from '../services';
import { begin } from './begin';
import { endsOfRun } from './run-ends';
import { targetsOf } from './targets';

/**
 * The straight line from a run's first checkpoint to its last (Goodfellow et al. 2015): of several selected files, of
 * a selected folder, or of a folder picked from those that hold a run.
 */
export async function interpolateRun(services: Services, args: readonly unknown[]): Promise<void> {
  const files = await filesOf(services, args);
  if (files === undefined) return;
  const ends = endsOfRun(files);
  if (ends === undefined) {
    throw new UserError(vscode.l10n.t('A run has at least two checkpoints; select them, or their folder.'));
  }
  await withNetwork(services, ends, async () => {
    const request = await services.requests.make(...ends);
    if (request !== undefined) await begin(services, request, true);
  });
}

async function filesOf(services: Services, args: readonly unknown[]): Promise<readonly string[] | undefined> {
  const selected = args.length === 0 ? [] : await targetsOf(services, args);
  if (selected.length > 1) return selected;
  const runs = await services.checkpoints.byFolder();
  const [clicked] = args;
  if (clicked instanceof vscode.Uri)
    return runs.get(clicked.fsPath) ?? runs.get(path.dirname(clicked.fsPath)) ?? [];
  return pickRun(runs);
}

/** Undefined when dismissed. */
async function pickRun(runs: ReadonlyMap<string, readonly string[]>): Promise<readonly string[] | undefined> {
  const items = [...runs].flatMap(([folder, files]) => {
    const ends = endsOfRun(files);
    if (ends === undefined) return [];
    const [first, last] = ends.map((file) => path.basename(file));
    return [{ label: vscode.workspace.asRelativePath(folder), description: `${first} → ${last}`, files }];
  });
  if (items.length === 0) {
    throw new UserError(vscode.l10n.t('No folder of this workspace holds two checkpoints of one run.'));
  }
  const title = vscode.l10n.t('From the first to the last checkpoint of which run?');
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.files;
}
