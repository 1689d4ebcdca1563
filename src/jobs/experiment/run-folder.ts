import path from 'node:path';
import type { History } from '../../contract/history';
import type { RunFile } from '../../contract/run-file';
import { RunFolder, fingerprintOf } from '../train/run-folder';

/**
 * The history of this very run, on data and from a start of these hashes, where it has come to its end already.
 * @throws UserError where it has, and files that it wrote are gone or changed.
 */
export const endedRun = (
  folder: string,
  run: RunFile,
  { data, model }: { readonly data: string; readonly model: string },
): Promise<History | undefined> =>
  new RunFolder(folder, `the run in ${folder}`).ended(fingerprintOf(run, data, model));

/** Every checkpoint of a run that its history names, by epoch; the last one is where the run ended, or what it went back to. */
export function checkpointsOf(
  folder: string,
  history: History,
): { readonly epoch: number; readonly path: string }[] {
  const { best, bestEpoch, epochs } = history;
  const named = epochs.flatMap(({ epoch, checkpoint }) =>
    checkpoint === undefined ? [] : [{ epoch, path: path.resolve(folder, checkpoint) }],
  );
  if (best === undefined || bestEpoch === undefined) return named;
  const others = named.filter(({ epoch }) => epoch !== bestEpoch);
  return [...others, { epoch: bestEpoch, path: path.resolve(folder, best) }];
}
