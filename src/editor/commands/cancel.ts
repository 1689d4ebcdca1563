import * as vscode from 'vscode';
import type { DocumentJob } from '../documents/document-job';
import { titleOf } from '../runs/identity';
import { isUnderWay } from '../runs/run-queue';
import type { Services } from '../services';
import { runOf } from './targets';

/** Something that can be stopped: an analysis, or a run of training, a comparison, an experiment. */
interface Stoppable extends vscode.QuickPickItem {
  readonly cancel: () => void;
}

/** Cancels the run it was called on, or the only thing under way; asks which when there are several. */
export async function cancel({ queue, documents }: Services, args: readonly unknown[]): Promise<void> {
  const run = runOf(args[0]);
  if (run !== undefined) return queue.cancel(run);
  const [element] = args;
  if (typeof element === 'object' && element !== null && 'job' in element)
    return (element as { job: DocumentJob }).job.cancel();
  const underWay: Stoppable[] = [
    ...queue.runs.filter(isUnderWay).map((each) => ({
      label: titleOf(each.request),
      description: each.status,
      cancel: () => queue.cancel(each),
    })),
    ...documents.running.map((job) => ({
      label: job.title,
      description: job.state.progress?.stage ?? job.state.status,
      cancel: () => job.cancel(),
    })),
  ];
  const cancelAll = () => {
    queue.cancelAll();
    for (const job of documents.running) job.cancel();
  };
  if (underWay.length < 2) return cancelAll();
  const all: Stoppable = { label: vscode.l10n.t('All {0}', underWay.length), cancel: cancelAll };
  const picked = await vscode.window.showQuickPick([all, ...underWay], {
    title: vscode.l10n.t('Cancel which run?'),
  });
  picked?.cancel();
}
