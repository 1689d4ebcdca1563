import type { Services } from '../services';
import { begin } from '../commands/begin';
import type { AnyRequest } from '../store/report-store';
import type { DocumentJob } from './document-job';

/** The request whose report a comparison holds at this place; undefined for a checkpoint that is on no disk. */
function memberRequest({ request, state }: DocumentJob, index: number): AnyRequest | undefined {
  if (request.method === 'compare') {
    const checkpoint = request.params.checkpoints[index];
    return checkpoint === undefined ? undefined : { ...request.params.settings, checkpoint };
  }
  if (request.method === 'rescale') {
    const { factor: _, ...settings } = request.params;
    return index === 0 ? { ...settings, measures: true } : undefined;
  }
  const report =
    state.document?.kind === 'experiment' ? state.document.comparison?.reports[index] : undefined;
  if (report === undefined) return undefined;
  const { settings, checkpoint } = report;
  return {
    ...settings,
    checkpoint: checkpoint.path,
    data: settings.data.path,
    samples: undefined,
    loss: undefined,
    operator: 'hessian',
    backend: 'auto',
    exact: false,
    operators: false,
    measures: true,
  };
}

/** Opens the panel of one checkpoint: its report from the store, or a run that makes it. */
export async function openMember(services: Services, job: DocumentJob, index: number): Promise<void> {
  const request = memberRequest(job, index);
  if (request !== undefined) await begin(services, request, true);
}

/** Puts the reports of a finished comparison into the store, so that panels and hovers have them too. */
export async function storeMembers(services: Services, job: DocumentJob): Promise<void> {
  const { document } = job.state;
  if (document?.kind !== 'comparison' || document.status !== 'complete') return;
  const byPath = new Map(document.reports.map((report) => [report.checkpoint.path, report] as const));
  for (let index = 0; index < document.members.length; index++) {
    const request = memberRequest(job, index);
    const report = request && byPath.get(request.checkpoint);
    if (request === undefined || report === undefined) continue;
    await services.store.save(request, report, await services.store.stamps(request));
  }
}
