import type { Services } from '../services';
import { hashIn } from '../store/hash-in';
import type { StoredReport } from '../store/report-store';

/** The reports on what git has of a checkpoint and on what it is now, where there are any that hold for what they are. */
export async function measuredBoth(
  services: Pick<Services, 'requests' | 'store' | 'engine'>,
  committed: string,
  checkpoint: string,
): Promise<readonly (StoredReport | undefined)[]> {
  const request = await services.requests.current(checkpoint);
  if (request === undefined) return [undefined, undefined];
  return Promise.all(
    [committed, checkpoint].map((file) =>
      services.store.find({ ...request, checkpoint: file }, hashIn(services)).catch(() => undefined),
    ),
  );
}
