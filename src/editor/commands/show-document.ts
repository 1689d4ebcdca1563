import * as vscode from 'vscode';
import { UserError } from '../../shared/errors';
import type { Services } from '../services';

/** Shows the panel of a run of training, a comparison or an experiment of this window; asks which where there are several. */
export async function showDocument({ documents }: Services): Promise<void> {
  const jobs = documents.running.length > 0 ? documents.running : documents.all;
  if (jobs.length === 0)
    throw new UserError(vscode.l10n.t('Nothing was trained or compared in this window yet.'));
  if (jobs.length === 1) return documents.show(jobs[0]);
  const items = jobs.map((job) => ({ label: job.title, description: job.state.status, job }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Show which one?') });
  if (picked !== undefined) documents.show(picked.job);
}
