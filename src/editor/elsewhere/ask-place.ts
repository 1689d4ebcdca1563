import * as vscode from 'vscode';
import type { ElsewhereRequest, Places } from '../../contract/elsewhere';
import { messageOf } from '../../core/errors';
import { formatSeconds } from '../../wording/format-number';
import type { DocumentAsked } from '../jobs/job';
import type { Services } from '../services';

/** What is shorter is done here without a question. */
const LONG_SECONDS = 600;

/**
 * Where a job is done: as the settings say or, where that takes long here and there is somewhere else, as its person does.
 * Undefined when dismissed. What a workspace says of a scheduler runs there, so that one that is not trusted is not asked.
 */
export async function askPlace(
  { engine, log }: Pick<Services, 'engine' | 'log'>,
  job: ElsewhereRequest['job'],
): Promise<Pick<DocumentAsked, 'on'> | undefined> {
  const set = vscode.workspace.getConfiguration('landscape').get<string>('on', 'ask');
  if (!vscode.workspace.isTrusted || set === 'here') return {};
  if (set !== 'ask') return { on: set };
  const title = vscode.l10n.t('Landscape: how long will it take?');
  const places = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    // What is mistaken is told by the job itself.
    engine.request('places', job, { what: title }).catch((error: unknown) => {
      log.warn(messageOf(error));
      return undefined;
    }),
  );
  return places && isWorthAsking(places) ? pick(places) : {};
}

/** Is there somewhere else, and more to do than takes a while? */
export const isWorthAsking = ({ slurm, tasks, seconds = Infinity }: Places): boolean =>
  (slurm.length > 0 || (Number.isFinite(seconds) && tasks > 1)) && seconds >= LONG_SECONDS;

async function pick({
  slurm,
  processes,
  tasks,
  seconds,
}: Places): Promise<Pick<DocumentAsked, 'on'> | undefined> {
  const time = seconds === undefined ? '' : vscode.l10n.t('about {0}', formatSeconds(seconds));
  const here = { label: vscode.l10n.t('$(vm) Here'), description: time, place: {} };
  const items: (vscode.QuickPickItem & { readonly place: Pick<DocumentAsked, 'on'> })[] = [here];
  if (processes > 1)
    items.push({
      label: vscode.l10n.t('$(server-process) In {0} processes of this machine', processes),
      description: vscode.l10n.t('they end with this window'),
      place: { on: `local:${processes}` },
    });
  for (const on of slurm)
    items.push({
      label: vscode.l10n.t('$(server-environment) On Slurm'),
      description: [on.split(':')[1], vscode.l10n.t('{0} tasks, which go on without this window', tasks)]
        .filter(Boolean)
        .join(': '),
      place: { on },
    });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('This takes long. Where?'),
  });
  return picked?.place;
}
