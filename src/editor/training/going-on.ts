import path from 'node:path';
import * as vscode from 'vscode';
import type { RunFile } from '../../contract/run-file';
import { freshFolder, hasEnded, historyIn } from './held-run';

/** A run and the folder that it goes to. */
interface Going {
  readonly run: RunFile;
  readonly out: string;
}

/**
 * How the run in a folder goes on: one that was stopped as it was asked for, by the history that it left; one that has
 * ended by as many steps more from the checkpoint, in a folder of their own, where that is wanted. Undefined when dismissed.
 * @throws UserError where the history cannot be read
 */
export async function goingOn(checkpoint: string, folder: string): Promise<Going | undefined> {
  const [{ runFileSchema }, { UserError }] = await Promise.all([
    import('../../contract/run-file'),
    import('../../core/errors'),
  ]);
  const history = await historyIn(folder);
  const run = runFileSchema.safeParse(history?.run).data;
  if (history === undefined || run === undefined)
    throw new UserError(
      vscode.l10n.t(
        'What {0} says of its run cannot be read; choose its run file by "Landscape: Train…".',
        path.join(folder, 'history.json'),
      ),
    );
  if (!hasEnded(history)) return { run, out: folder };
  const fresh = await freshFolder(folder);
  const items: (vscode.QuickPickItem & { readonly going: Going })[] = [
    ...(path.extname(checkpoint) === '.keras'
      ? [
          {
            label: vscode.l10n.t('Train {0} more from {1}', lengthOf(run), path.basename(checkpoint)),
            description: vscode.l10n.t('in {0}; the optimizer begins anew', path.basename(fresh)),
            going: { run: from(checkpoint, run), out: fresh },
          },
        ]
      : []),
    { label: vscode.l10n.t('Show the finished run'), going: { run, out: folder } },
  ];
  const title = vscode.l10n.t('The run in {0} has ended.', path.basename(folder));
  return (await vscode.window.showQuickPick(items, { title }))?.going;
}

const lengthOf = ({ epochs, steps }: RunFile): string =>
  epochs === undefined ? `${steps} steps` : `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`;

/** The same run with a checkpoint as its start, whose network has dropout layers of its own. */
function from(checkpoint: string, run: RunFile): RunFile {
  const { dropout: _, ...kept } = run.regularization ?? {};
  return { ...run, model: checkpoint, ...(run.regularization ? { regularization: kept } : {}) };
}
