import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type History, historySchema } from '../../shared/history';
import type { RunFile } from '../../shared/run-file';

/** The history that a folder holds, or undefined where there is none that can be read. */
export async function historyIn(folder: string): Promise<History | undefined> {
  try {
    return historySchema.parse(JSON.parse(await readFile(path.join(folder, 'history.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The history of this very run where it has come to its end already. */
export async function endedRun(folder: string, run: RunFile): Promise<History | undefined> {
  const history = await historyIn(folder);
  if (history?.status !== 'complete' && history?.status !== 'diverged') return undefined;
  return canonical(history.run) === canonical(run) ? history : undefined;
}

/** The same text for the same run, wherever its files lie: folders of experiments are moved. */
function canonical(run: Readonly<Record<string, unknown>>): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  };
  const named = (value: unknown) => (typeof value === 'string' ? path.basename(value) : value);
  return JSON.stringify(sorted({ ...run, data: named(run['data']), model: named(run['model']) }));
}

/** Every checkpoint of a run that its history names, by epoch; the last one is where the run ended. */
export function checkpointsOf(
  folder: string,
  history: History,
): { readonly epoch: number; readonly path: string }[] {
  return history.epochs.flatMap(({ epoch, checkpoint }) =>
    checkpoint === undefined ? [] : [{ epoch, path: path.resolve(folder, checkpoint) }],
  );
}
