import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AnalyzeRequest } from '../contract/settings';
import type { WatchRequest } from '../contract/watch';
import { firstWeights } from '../jobs/watch/first-weights';
import { placeOf } from '../jobs/watch/place';
import { handOver, inTemporaryFolder, isOwnNetwork, writeNetwork } from './python';
import type { PythonOptions } from './python-options';
import { complain } from './print';

/**
 * A watch whose weights get their network from the person's Python, where `--python` asks for that: written once, from the
 * first weights that are complete, into a file of the folder that has the name of the class. What an earlier watch has
 * written there is used, and nothing is run: the network stays the same over the run, and so do the figures.
 * @throws UserError for what went wrong; CancelledError.
 */
export async function withWatchedNetwork(
  request: WatchRequest,
  options: PythonOptions,
): Promise<WatchRequest> {
  const { where, settings } = request;
  if (!isOwnNetwork(settings, options)) return request;
  const { folder: root } = await placeOf(where);
  const out = path.join(root, `${nameOf(options.python)}.pt2`);
  const named = { ...request, settings: { ...settings, model: out } };
  const name = path.relative('', out);
  if (existsSync(out)) {
    complain(`${name} is there already, and is the network: delete it to have it written anew.`);
    return named;
  }
  const place = await placeOf(where, out);
  complain(`Waiting for the first weights in ${path.relative('', root) || root}, to write their network.`);
  await inTemporaryFolder(async (folder) => {
    const wanted: AnalyzeRequest = { ...settings, checkpoint: '' };
    const handed = await interruptibly((signal) =>
      firstWeights(place, request, (file) => handOver(file, wanted, folder), signal),
    );
    await writeNetwork(handed, options, out);
  });
  return named;
}

/** `Net` of `model.py:Net`, as a file may be called. */
const nameOf = (python: string): string =>
  python.slice(python.lastIndexOf(':') + 1).replaceAll(/[^\w-]/g, '_');

async function interruptibly<T>(wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await wait(cancel.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
