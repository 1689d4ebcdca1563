import { existsSync } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../../settings/atomic-write';

/** The line that names the schema beside the extension; the editor finds it by the file's name, wherever it is. */
const SCHEMA = /^\s*"\$schema":.*\n/m;

/**
 * Copies the example that comes with the extension to a folder that belongs to the person, for the extension's own goes with
 * the next update. What is there already stays as it is. @returns the folder
 */
export async function copyExample(shipped: string, folder: string): Promise<string> {
  const settings = path.join(folder, 'landscape.json');
  // Written last: where it is, the copy is whole.
  if (existsSync(settings)) return folder;
  await rm(folder, { recursive: true, force: true });
  const isOther = (file: string) => path.basename(file) !== 'landscape.json';
  await cp(shipped, folder, { recursive: true, filter: isOther });
  const text = await readFile(path.join(shipped, 'landscape.json'), 'utf8');
  await writeWhole(settings, text.replace(SCHEMA, ''));
  return folder;
}
