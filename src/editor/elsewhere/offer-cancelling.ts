import * as vscode from 'vscode';
import { titleOf } from '../jobs/job';
import type { Services } from '../services';
import { showError } from '../show-error';

/** Where a job was cancelled whose tasks go on without it, they can be cancelled too. */
export function offerCancelling({
  queue,
  engine,
  log,
}: Pick<Services, 'queue' | 'engine' | 'log'>): vscode.Disposable {
  const stop = queue.onEnd(({ asked, status, progress }) => {
    const tasks = progress?.elsewhere;
    if (status !== 'cancelled' || !tasks?.outlive) return;
    const cancel = vscode.l10n.t('Cancel Them');
    const text = vscode.l10n.t('{0}: its tasks on Slurm go on ({1}).', titleOf(asked), tasks.name);
    vscode.window
      .showWarningMessage(text, cancel)
      .then((choice) =>
        choice === cancel
          ? engine.request('cancelElsewhere', { name: tasks.name }, { what: text })
          : undefined,
      )
      .then(undefined, (error: unknown) => showError(log, error));
  });
  return { dispose: stop };
}
