import type { CheckpointIndex } from '../hover/checkpoint-index';
import type { Services } from '../services';
import { analyze } from './analyze';
import { askForTargets, runOf } from './targets';

/** Opens the panel of a run, or of a checkpoint's newest report; one without a report is analyzed. */
export async function showPanel(
  services: Services,
  index: CheckpointIndex,
  args: readonly unknown[],
): Promise<void> {
  const run = runOf(args[0]) ?? (args.length === 0 ? services.queue.running : undefined);
  if (run !== undefined) return services.panels.show(run.request);
  const checkpoint = (await askForTargets(services, index, args))?.[0];
  if (checkpoint === undefined) return;
  const stored = await services.store.latest(checkpoint);
  if (stored === undefined) return analyze(services, index, [{ checkpoint }]);
  services.panels.show(stored.request ?? stored.path);
}
