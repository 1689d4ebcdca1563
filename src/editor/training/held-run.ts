import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunFile } from '../../contract/run-file';

/** The hash of a file's content. */
type Hash = (file: string) => Promise<string>;

/**
 * Does a folder hold another run than this one, so that training into it would be refused? By the settings, and by the
 * contents of data and start where those are one file each. A folder without a history that can be read holds none.
 */
export async function holdsAnother(folder: string, run: RunFile, hash: Hash): Promise<boolean> {
  const text = await readFile(path.join(folder, 'history.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const [{ historySchema }, { digitsOf }] = await Promise.all([
    import('../../contract/history'),
    import('../../contract/run-file'),
  ]);
  const parsed = historySchema.safeParse(jsonOf(text));
  if (!parsed.success) return false;
  const { run: held, data, model } = parsed.data;
  if (digitsOf(held) !== digitsOf(run)) return true;
  const changed = async (file: string, sha256: string) => (await hash(file).catch(() => sha256)) !== sha256;
  if (path.extname(run.data) === '.npz' && (await changed(run.data, data.sha256))) return true;
  const start = typeof run.model === 'string' && path.extname(run.model) !== '.json' ? run.model : undefined;
  return start !== undefined && model.sha256 !== undefined && changed(start, model.sha256);
}

/** Has the run in a folder come to its end, so that there is nothing to go on with? */
export async function isEnded(folder: string): Promise<boolean> {
  const text = await readFile(path.join(folder, 'history.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const { historySchema } = await import('../../contract/history');
  const parsed = historySchema.safeParse(jsonOf(text));
  return parsed.success && (parsed.data.status === 'complete' || parsed.data.status === 'diverged');
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
