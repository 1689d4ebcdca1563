import { begin } from '../commands/begin';
import type { Services } from '../services';
import { hashIn } from '../store/hash-in';
import type { DocumentJob } from './document-job';
import { memberReports, memberRequest } from './member-requests';

/** Opens the panel of one checkpoint: its report from the store, or a run that makes it. */
export async function openMember(services: Services, job: DocumentJob, index: number): Promise<void> {
  const request = memberRequest(job.request, job.state.document, index);
  if (request !== undefined) await begin(services, request, true);
}

/** Puts the reports of a finished comparison into the store, so that panels and hovers have them too. */
export async function storeMembers(services: Services, job: DocumentJob): Promise<void> {
  for (const { request, report } of memberReports(job.request, job.state.document))
    await services.store.save(request, report, hashIn(services));
}
