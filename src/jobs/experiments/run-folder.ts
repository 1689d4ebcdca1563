import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type History, historySchema } from '../../shared/history';
import { type RunFile, digitsOf } from '../../shared/run-file';

/** The history that a folder holds, or undefined where there is none that can be read. */
export async function historyIn(folder: string): Promise<History | undefined> {
  try {
    return historySchema.parse(JSON.parse(await readFile(path.join(folder, 'history.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The history of this very run, on data and from a start of these hashes, where it has come to its end already. */
export async function endedRun(
  folder: string,
  run: RunFile,
  { data, model }: { readonly data: string; readonly model: string },
): Promise<History | undefined> {
  const history = await historyIn(folder);
  if (history?.status !== 'complete' && history?.status !== 'diverged') return undefined;
  const same =
    digitsOf(history.run) === digitsOf(run) &&
    history.data.sha256 === data &&
    (history.model.sha256 ?? '') === model;
  return same ? history : undefined;
}

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
