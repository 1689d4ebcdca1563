import type { Earlier } from '../jobs/earlier';
import { isReportJob } from '../jobs/job';
import type { Services } from '../services';
import { analyze } from './analyze';
import { openDocument } from './begin';
import { askForTargets, earlierOf, jobOf } from './targets';

/** Opens the panel of a job, or of a checkpoint's newest report; one without a report is analyzed. */
export async function showPanel(services: Services, args: readonly unknown[]): Promise<void> {
  const earlier = earlierOf(args[0]);
  if (earlier !== undefined) return showEarlier(services, earlier);
  const job = jobOf(args[0]) ?? (args.length === 0 ? services.queue.underWay.find(isReportJob) : undefined);
  if (job !== undefined) return services.panels.show(job.asked);
  const checkpoint = (await askForTargets(services, args))?.[0];
  if (checkpoint === undefined) return;
  const stored = await services.store.latest(checkpoint);
  if (stored === undefined) return analyze(services, [{ checkpoint }]);
  services.panels.show(stored.request ?? stored.path);
}

/** Opens what an earlier window or another program has left. */
export async function showEarlier(services: Services, earlier: Earlier): Promise<void> {
  if (earlier.kind === 'report') return services.panels.show(earlier.entry.request);
  if (earlier.kind === 'found') return openDocument(services, earlier.opened);
  const { request, title } = earlier.entry;
  openDocument(services, { request, title, document: await services.kept.read(earlier.entry) });
}
