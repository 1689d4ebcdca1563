import { dirname } from 'node:path';
import { alongRun } from '../checkpoints';

/**
 * The runs that checkpoints belong to, each in the order of its epochs: a run is the checkpoints of one folder or, of
 * checkpoints that are folders themselves, of the folder that holds these. One run where they are not told apart so.
 */
export function runsOf(paths: readonly string[]): readonly (readonly string[])[] {
  for (const folderOf of [dirname, (path: string) => dirname(dirname(path))]) {
    const runs = new Map<string, string[]>();
    for (const path of paths) runs.set(folderOf(path), [...(runs.get(folderOf(path)) ?? []), path]);
    const found = [...runs.values()];
    if (found.length > 1 && found.every(({ length }) => length > 1)) return found.map(alongRun);
  }
  return [alongRun(paths)];
}
