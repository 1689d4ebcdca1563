import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { isDocumentJob, isUnderWay } from '../jobs/job';
import type { Services } from '../services';
import { showEarlier } from './show-panel';

interface Item extends vscode.QuickPickItem {
  readonly show: () => void | Promise<void>;
}

/** Shows a run of training, a comparison or an experiment: of this window, or of an earlier one. Asks which where there are several. */
export async function showDocument(services: Services): Promise<void> {
  const { queue, panels, kept } = services;
  const jobs = queue.all.filter(isDocumentJob);
  const running = jobs.filter(isUnderWay);
  const own: Item[] = (running.length > 0 ? running : jobs).map(({ asked, found, status }) => ({
    label: asked.title,
    description: found?.status ?? status,
    show: () => panels.show(asked),
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
