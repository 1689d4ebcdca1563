import path from 'node:path';
import { type RunFile, runFileSchema } from '../contract/run-file';
import { readChecked } from './read-file';

/** Reads a run file; `data` and a `model` that is a file become absolute paths. Throws as `readChecked`. */
export async function readRunFile(file: string): Promise<RunFile> {
  const run = await readChecked(file, runFileSchema);
  const absolute = (name: string) => path.resolve(path.dirname(file), name);
  return {
    ...run,
    data: absolute(run.data),
    model: typeof run.model === 'string' ? absolute(run.model) : run.model,
  };
}

/** What a run file is called: its name without `.json` or `.run.json`. */
export const runName = (file: string): string => path.basename(file).replace(/(\.run)?\.json$/i, '');

/** Where the checkpoints of a run file go by default: beside it, under its name. */
export function runFolder(file: string): string {
  const name = runName(file);
  return path.resolve(path.dirname(file), name === path.basename(file) ? `${name}-run` : name);
}
