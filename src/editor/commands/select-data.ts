import type { CheckpointIndex } from '../hover/checkpoint-index';
import type { Services } from '../services';
import { askForTargets } from './targets';

/** Asks again which data a checkpoint was trained on. */
export async function selectData(
  services: Services,
  index: CheckpointIndex,
  args: readonly unknown[],
): Promise<void> {
  const checkpoint = (await askForTargets(services, index, args))?.[0];
  if (checkpoint === undefined) return;
  await services.requests.choose(checkpoint);
}
