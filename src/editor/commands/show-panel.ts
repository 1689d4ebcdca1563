import type { CheckpointIndex } from '../hover/checkpoint-index';
import type { DocumentJob } from '../documents/document-job';
import type { Earlier } from '../runs/earlier';
import type { Services } from '../services';
import { analyze } from './analyze';
import { askForTargets, runOf } from './targets';

/** Opens the panel of a run, or of a checkpoint's newest report; one without a report is analyzed. */
export async function showPanel(
  services: Services,
  index: CheckpointIndex,
  args: readonly unknown[],
): Promise<void> {
  const element = args[0];
  if (typeof element === 'object' && element !== null && 'job' in element)
    return services.documents.show((element as { job: DocumentJob }).job);
  if (typeof element === 'object' && element !== null && 'earlier' in element)
    return showEarlier(services, (element as { earlier: Earlier }).earlier);
  const run = runOf(element) ?? (args.length === 0 ? services.queue.running : undefined);
  if (run !== undefined) return services.panels.show(run.request);
  const checkpoint = (await askForTargets(services, index, args))?.[0];
  if (checkpoint === undefined) return;
  const stored = await services.store.latest(checkpoint);
  if (stored === undefined) return analyze(services, index, [{ checkpoint }]);
  services.panels.show(stored.request ?? stored.path);
}

/** Opens what an earlier window or another program has left. */
export async function showEarlier({ documents, kept, panels }: Services, earlier: Earlier): Promise<void> {
  if (earlier.kind === 'report') return panels.show(earlier.entry.request);
  if (earlier.kind === 'kept') {
    const { entry } = earlier;
    return documents.open(entry.request, entry.title, await kept.read(entry));
  }
  const { request, title, document } = earlier.opened;
  documents.open(request, title, document);
}
