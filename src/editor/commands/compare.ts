import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { withNetwork } from '../own-code/with-network';
import { askPlace } from '../elsewhere/ask-place';
import type { Services } from '../services';
import { beginDocument } from './begin';
import { everyNth } from './run-ends';
import { filesOfSelection } from './selection';

/** Measures several checkpoints alike: the selected ones, those of selected folders, or of folders picked from a list. */
export async function compare(services: Services, args: readonly unknown[]): Promise<void> {
  const selected = await filesOfSelection(services, args);
  const checkpoints = selected.length > 1 ? selected : await pickRuns(services, selected);
  if (checkpoints === undefined) return;
  if (checkpoints.length < 2)
    throw new UserError(vscode.l10n.t('A comparison needs at least two checkpoints: select them together.'));
  const { MOST_COMPARED } = await import('../../settings/merge');
  const few = checkpoints.length > MOST_COMPARED ? await pickFewer(checkpoints, MOST_COMPARED) : checkpoints;
  if (few === undefined) return;
  await withNetwork(services, few, () => compareAll(services, few));
}

/** Measures these, whose network is known. */
async function compareAll(services: Services, few: readonly string[]): Promise<void> {
  const { compareRequest } = await import('../../settings/merge');
  const own = await services.requests.make(few[0]);
  if (own === undefined) return;
  // All are measured on the same rows, not on those that the first one's run trained on.
  const { trained: _, checkpoint: __, ...settings } = own;
  const params = compareRequest(
    few,
    { ...settings, measures: settings.measures || true },
    {
      title: nameOf(few),
      barriers: true,
      cache: path.join(services.context.globalStorageUri.fsPath, 'comparisons'),
    },
  );
  // As the page is called: two comparisons of as many checkpoints are told apart.
  const title = vscode.l10n.t('Comparison of {0}', nameOf(few));
  const request = { method: 'compare', params } as const;
  const place = await askPlace(services, request);
  if (place) beginDocument(services, { request, title, ...place });
}

/** More than one comparison takes: every second, fifth, ... of them. Undefined when dismissed. */
async function pickFewer(
  checkpoints: readonly string[],
  most: number,
): Promise<readonly string[] | undefined> {
  const items = [2, 3, 5, 10, 20, 50, 100]
    .map((step) => ({ step, files: everyNth(checkpoints, step) }))
    .filter(({ files }) => files.length <= most && files.length >= 2)
    .map(({ step, files }) => ({
      label: vscode.l10n.t('One in {0}, and the last', step),
      description: vscode.l10n.t('{0} checkpoints', files.length),
      files,
    }));
  const title = vscode.l10n.t(
    'At most {0} checkpoints can be compared at once, and these are {1}. Which of them?',
    most,
    checkpoints.length,
  );
  return (await vscode.window.showQuickPick(items, { title }))?.files;
}

/** The folders that the checkpoints come from. */
function nameOf(checkpoints: readonly string[]): string {
  const folders = [...new Set(checkpoints.map((file) => path.basename(path.dirname(file))))];
  return folders.length > 3 ? `${checkpoints.length} checkpoints` : folders.join(', ');
}

/** Those that are picked, one that was named among them. Undefined when dismissed. */
async function pickRuns(
  { checkpoints }: Services,
  named: readonly string[],
): Promise<readonly string[] | undefined> {
  const items = (await checkpoints.all()).map((file) => ({
    label: vscode.workspace.asRelativePath(file),
    picked: named.includes(file),
    file,
  }));
  if (items.length < 2)
    throw new UserError(vscode.l10n.t('This workspace holds fewer than two checkpoints to compare.'));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which checkpoints? Choose at least two.'),
    canPickMany: true,
  });
  return picked?.map(({ file }) => file);
}
