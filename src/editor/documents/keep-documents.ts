import type * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import { isDocumentJob, type DocumentJob } from '../jobs/job';
import type { Services } from '../services';
import { hashIn } from '../store/hash-in';
import { memberReports } from './member-requests';

/**
 * Keeps what jobs have found when they end, for later windows: documents for the view, the reports of a finished
 * comparison in the store, so that panels and hovers have them too.
 */
export function keepDocuments(services: Services): vscode.Disposable {
  const stop = services.queue.onEnd((job) => {
    if (isDocumentJob(job))
      keep(services, job).catch((error: unknown) => services.log.warn(messageOf(error)));
  });
  return { dispose: stop };
}

async function keep(services: Services, { asked: { request, title }, found }: DocumentJob): Promise<void> {
  if (found !== undefined) await services.kept.save(request, title, found);
  for (const member of memberReports(request, found))
    await services.store.save(member.request, member.report, hashIn(services));
}
