import type { Services } from '../services';
import { askForTargets } from './targets';

/** Asks again which data a checkpoint was trained on. */
export async function selectData(services: Services, args: readonly unknown[]): Promise<void> {
  const checkpoint = (await askForTargets(services, args))?.[0];
  if (checkpoint === undefined) return;
  await services.requests.choose(checkpoint);
}
