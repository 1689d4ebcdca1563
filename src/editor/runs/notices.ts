import * as vscode from 'vscode';
import { EngineCrash } from '../../engine/client';
import { subscript, withError } from '../../wording/format-number';
import { UserError, messageOf } from '../../core/errors';
import { isInEditor } from '../panel/in-editor';
import type { Services } from '../services';
import { tell } from '../show-error';
import { titleOf } from './identity';
import { isUnderWay, type Run } from './run-queue';

/**
 * Notifications, the last resort: a finished run is told only when its panel is out of sight, several as one, a
 * failure when it is not on screen already, a crash always.
 */
export function createNotices(services: Services): vscode.Disposable {
  const { queue, panels, log } = services;
  const told = new Set<Run>();
  let finished: Run[] = [];
  const stop = queue.onChange((run) => {
    if (isUnderWay(run) || told.has(run)) return;
    told.add(run);
    log.info(`${titleOf(run.request)}: ${run.status}${run.error ? `: ${messageOf(run.error)}` : ''}`);
    if (run.status === 'failed') void tellFailure(services, run);
    if (run.status === 'finished' && !panels.isVisible(run.request)) finished.push(run);
    if (queue.runs.some(isUnderWay) || finished.length === 0) return;
    void tellFinished(services, finished);
    finished = [];
  });
  return { dispose: stop };
}

async function tellFinished({ panels, queue }: Services, runs: readonly Run[]): Promise<void> {
  const [first, ...others] = runs;
  if (first === undefined || isInEditor(first.request.checkpoint)) return;
  const text =
    others.length === 0 ? summaryOf(first) : vscode.l10n.t('Landscape has finished {0} runs.', runs.length);
  // One question for all of a queue.
  const long = runs.filter(({ rest }) => rest !== undefined);
  const [show, measure] = [vscode.l10n.t('Show'), vscode.l10n.t('Measure the Rest')];
  const buttons = long.length > 0 ? [show, measure] : [show];
  const choice = await vscode.window.showInformationMessage(text, ...buttons);
  if (choice === show) for (const { request } of runs) panels.show(request);
  if (choice === measure) for (const { request } of long) queue.add(request, { whole: true });
}

async function tellFailure({ panels, queue, log }: Services, run: Run): Promise<void> {
  const crash = run.error instanceof EngineCrash;
  if (run.error instanceof Error && !(run.error instanceof UserError)) log.error(run.error.stack ?? '');
  if (!crash && (panels.isVisible(run.request) || isInEditor(run.request.checkpoint))) return;
  const again = { label: vscode.l10n.t('Run Again'), run: () => queue.add(run.request) };
  await tell(log, 'error', messageOf(run.error), crash ? [again] : []);
}

function summaryOf({ request, report }: Run): string {
  const largest = report?.kind === 'analysis' ? report.spectrum.largest[0] : undefined;
  if (largest === undefined) return vscode.l10n.t('{0}: finished.', titleOf(request));
  return `${titleOf(request)}: λ${subscript(1)} = ${withError(largest.value, largest.errorBound)}.`;
}
