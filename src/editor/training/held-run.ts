import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { History } from '../../contract/history';
import type { RunFile } from '../../contract/run-file';

const HISTORY = 'history.json';

/** The hash of a file's content. */
type Hash = (file: string) => Promise<string>;

/**
 * Does a folder hold another run than this one, so that training into it would be refused? By the settings, and by the
 * contents of data and start where those are one file each. A folder without a history that can be read holds none.
 */
export async function holdsAnother(folder: string, run: RunFile, hash: Hash): Promise<boolean> {
  const history = await historyIn(folder);
  if (history === undefined) return false;
  const { digitsOf } = await import('../../contract/run-file');
  const { run: held, data, model } = history;
  if (digitsOf(held) !== digitsOf(run)) return true;
  const changed = async (file: string, sha256: string) => (await hash(file).catch(() => sha256)) !== sha256;
  if (path.extname(run.data) === '.npz' && (await changed(run.data, data.sha256))) return true;
  const start = typeof run.model === 'string' && path.extname(run.model) !== '.json' ? run.model : undefined;
  return start !== undefined && model.sha256 !== undefined && changed(start, model.sha256);
}

/** Has the run in a folder come to its end, so that there is nothing to go on with? */
export async function isEnded(folder: string): Promise<boolean> {
  const history = await historyIn(folder);
  return history !== undefined && hasEnded(history);
}

/** Is there nothing to go on with in the run of this history? */
export const hasEnded = ({ status }: Pick<History, 'status'>): boolean =>
  status === 'complete' || status === 'diverged';

/** The folder of the run that wrote a checkpoint: its own, or the one above. */
export const runOf = (checkpoint: string): string | undefined =>
  [path.dirname(checkpoint), path.dirname(path.dirname(checkpoint))].find((folder) =>
    existsSync(path.join(folder, HISTORY)),
  );

/** The history of the run in a folder; undefined where there is none that can be read. */
export async function historyIn(folder: string): Promise<History | undefined> {
  const text = await readFile(path.join(folder, HISTORY), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { historySchema } = await import('../../contract/history');
  return historySchema.safeParse(jsonOf(text)).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `digits-2`, or the next number of which there is no folder. */
export async function freshFolder(folder: string): Promise<string> {
  for (let number = 2; ; number++) {
    const numbered = `${folder}-${number}`;
    if ((await stat(numbered).catch(() => undefined)) === undefined) return numbered;
  }
}
