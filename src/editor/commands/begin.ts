import type { Services } from '../services';
import type { AnyRequest, HashFile } from '../store/report-store';

/** What the index does not know is read by the run, where it is seen and can be cancelled. */
const unread: HashFile = (file) => Promise.reject(new Error(`${file} is not in the index.`));

/**
 * Runs a request unless its result is known already: the same contents under the same settings give the same
 * digits. `show` opens its panel either way.
 */
export async function begin(services: Services, request: AnyRequest, show: boolean): Promise<void> {
  const { store, queue, panels } = services;
  const known = await store.find(request, unread).catch(() => undefined);
  if (known === undefined) queue.add(request, { reuse: true });
  if (show) panels.show(request);
}
