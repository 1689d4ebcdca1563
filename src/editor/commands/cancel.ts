import * as vscode from 'vscode';
import { titleOf } from '../runs/identity';
import { isUnderWay, type Run } from '../runs/run-queue';
import type { Services } from '../services';
import { runOf } from './targets';

/** Cancels the run it was called on, or the only one; asks which when several are under way. */
export async function cancel({ queue }: Services, args: readonly unknown[]): Promise<void> {
  const run = runOf(args[0]);
  if (run !== undefined) return queue.cancel(run);
  const underWay = queue.runs.filter(isUnderWay);
  if (underWay.length < 2) return queue.cancelAll();
  const items: (vscode.QuickPickItem & { run?: Run })[] = [
    { label: vscode.l10n.t('All {0}', underWay.length) },
    ...underWay.map((each) => ({ label: titleOf(each.request), description: each.status, run: each })),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Cancel which run?') });
  if (picked === undefined) return;
  if (picked.run === undefined) queue.cancelAll();
  else queue.cancel(picked.run);
}
