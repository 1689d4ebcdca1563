import * as vscode from 'vscode';
import { titleOf } from '../jobs/job';
import type { Services } from '../services';
import { jobOf } from './targets';

/** Something that can be stopped. */
interface Stoppable extends vscode.QuickPickItem {
  readonly cancel: () => void;
}

/** Cancels the job it was called on, or the only thing under way; asks which when there are several. */
export async function cancel({ queue }: Services, args: readonly unknown[]): Promise<void> {
  const job = jobOf(args[0]);
  if (job !== undefined) return queue.cancel(job);
  const underWay = queue.underWay.map((each): Stoppable => ({
    label: titleOf(each.asked),
    description: each.progress?.stage ?? each.status,
    cancel: () => queue.cancel(each),
  }));
  if (underWay.length < 2) return queue.cancelAll();
  const all = { label: vscode.l10n.t('All {0}', underWay.length), cancel: () => queue.cancelAll() };
  const picked = await vscode.window.showQuickPick([all, ...underWay], {
    title: vscode.l10n.t('Cancel which run?'),
  });
  picked?.cancel();
}
