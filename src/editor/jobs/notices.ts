import * as vscode from 'vscode';
import { EngineCrash } from '../../engine/client';
import { subscript, withError } from '../../wording/format-number';
import { UserError, messageOf } from '../../core/errors';
import { isInEditor } from '../panel/in-editor';
import type { Services } from '../services';
import { tell } from '../show-error';
import {
  isDocumentJob,
  isReportJob,
  isWatch,
  titleOf,
  type DocumentJob,
  type Job,
  type ReportJob,
} from './job';

/**
 * Notifications, the last resort: a finished job is told only when its panel is out of sight, several reports as one, a
 * failure when it is not on screen already, a crash always.
 */
export function createNotices(services: Services): vscode.Disposable {
  const { queue, panels, log } = services;
  let finished: ReportJob[] = [];
  const stop = queue.onEnd((job) => {
    log.info(`${titleOf(job.asked)}: ${job.status}${job.error ? `: ${messageOf(job.error)}` : ''}`);
    if (job.status === 'failed') void tellFailure(services, job);
    const outOfSight = job.status === 'finished' && !panels.isVisible(job.asked);
    // That nothing came any more is no news.
    if (outOfSight && isDocumentJob(job) && !isWatch(job)) void tellDocument(services, job);
    if (outOfSight && isReportJob(job)) finished.push(job);
    if (queue.underWay.some(isReportJob) || finished.length === 0) return;
    void tellFinished(services, finished);
    finished = [];
  });
  return { dispose: stop };
}

async function tellFinished({ panels, queue }: Services, jobs: readonly ReportJob[]): Promise<void> {
  const [first, ...others] = jobs;
  if (first === undefined || isInEditor(first.asked.checkpoint)) return;
  const text =
    others.length === 0 ? summaryOf(first) : vscode.l10n.t('Landscape has finished {0} runs.', jobs.length);
  // One question for all of a queue.
  const long = jobs.filter(({ rest }) => rest !== undefined);
  const [show, measure] = [vscode.l10n.t('Show'), vscode.l10n.t('Measure the Rest')];
  const buttons = long.length > 0 ? [show, measure] : [show];
  const choice = await vscode.window.showInformationMessage(text, ...buttons);
  if (choice === show) for (const { asked } of jobs) panels.show(asked);
  if (choice === measure) for (const { asked } of long) queue.add(asked, { whole: true });
}

async function tellDocument({ panels }: Services, { asked, found }: DocumentJob): Promise<void> {
  // A run that diverged has ended, and is not complete.
  const end = found?.status === 'diverged' ? vscode.l10n.t('diverged') : vscode.l10n.t('finished');
  const show = vscode.l10n.t('Show');
  const choice = await vscode.window.showInformationMessage(`${asked.title}: ${end}.`, show);
  if (choice === show) panels.show(asked);
}

async function tellFailure({ panels, queue, log }: Services, job: Job): Promise<void> {
  const { asked, error } = job;
  const isCrash = error instanceof EngineCrash;
  if (error instanceof Error && !(error instanceof UserError)) log.error(error.stack ?? '');
  const isSeen = panels.isVisible(asked) || (isReportJob(job) && isInEditor(job.asked.checkpoint));
  if (isSeen && (isDocumentJob(job) || !isCrash)) return;
  const show = { label: vscode.l10n.t('Show'), run: () => panels.show(asked) };
  const again = { label: vscode.l10n.t('Run Again'), run: () => queue.add(asked) };
  if (isDocumentJob(job)) await tell(log, 'error', `${job.asked.title}: ${messageOf(error)}`, [show]);
  else await tell(log, 'error', messageOf(error), isCrash ? [again] : []);
}

function summaryOf({ asked, found }: ReportJob): string {
  const largest = found?.kind === 'analysis' ? found.spectrum.largest[0] : undefined;
  if (largest === undefined) return vscode.l10n.t('{0}: finished.', titleOf(asked));
  return `${titleOf(asked)}: λ${subscript(1)} = ${withError(largest.value, largest.errorBound)}.`;
}
