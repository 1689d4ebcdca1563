import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { Services } from '../services';
import { showEarlier } from './show-panel';

interface Item extends vscode.QuickPickItem {
  readonly show: () => void | Promise<void>;
}

/** Shows a run of training, a comparison or an experiment: of this window, or of an earlier one. Asks which where there are several. */
export async function showDocument(services: Services): Promise<void> {
  const { documents, kept } = services;
  const jobs = documents.running.length > 0 ? documents.running : documents.all;
  const own: Item[] = jobs.map((job) => ({
    label: job.title,
    description: job.state.document?.status ?? job.state.status,
    show: () => documents.show(job),
  }));
  const items = own.length > 0 ? own : await earlier();
  if (items.length === 0)
    throw new UserError(
      vscode.l10n.t('Nothing has been trained or compared yet. A history.json opens by Open Report….'),
    );
  if (items.length === 1) return items[0].show();
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Show which one?') });
  return picked?.show();

  async function earlier(): Promise<Item[]> {
    return (await kept.list()).map((entry) => ({
      label: entry.title,
      description: `${entry.status}, ${new Date(entry.savedAt).toLocaleString()}`,
      show: () => showEarlier(services, { kind: 'kept', when: entry.savedAt, entry }),
    }));
  }
}
