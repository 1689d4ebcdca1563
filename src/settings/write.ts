import { existsSync } from 'node:fs';
import path from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { readPlainText } from '../files/plain-file';
import { writeWhole } from './atomic-write';
import { SETTINGS_NAME } from './find';
import { parseSettings } from './read';

/** What a setting may be. */
export type SettingValue = string | number | boolean | readonly (string | number)[];

/** Sets keys (dotted where they lie deeper, as `input.scale`) of a `landscape.json`, made if it does not exist; what else it holds, comments included, stays. */
export async function updateSettings(
  file: string,
  values: Readonly<Record<string, SettingValue>>,
): Promise<void> {
  let text = existsSync(file) ? await readPlainText(file) : '{}\n';
  for (const [key, value] of Object.entries(values)) {
    const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
    text = applyEdits(text, modify(text, key.split('.'), value, { formattingOptions }));
  }
  parseSettings(text, file);
  await writeWhole(file, text.endsWith('\n') ? text : `${text}\n`);
}

/**
 * Where a new `landscape.json` belongs: the deepest folder that holds both checkpoint and data, as long as it lies
 * in the workspace folder; else beside the checkpoint.
 */
export function placeForSettings(
  checkpoint: string,
  data: string,
  workspaceFolder: string | undefined,
): string {
  const beside = path.dirname(checkpoint);
  const common = commonFolder(beside, path.dirname(data));
  const allowed = workspaceFolder !== undefined && common !== undefined && isWithin(common, workspaceFolder);
  return path.join(allowed ? common : beside, SETTINGS_NAME);
}

/** The data's path as it stands in a `landscape.json`: relative to it, with forward slashes, where that is possible. */
export function pathInSettings(file: string, data: string): string {
  const relative = path.relative(path.dirname(file), data);
  // On Windows there is no way from one drive to another.
  return path.isAbsolute(relative) ? data : relative.split(path.sep).join('/');
}

function commonFolder(a: string, b: string): string | undefined {
  for (let at = a; ; at = path.dirname(at)) {
    if (isWithin(b, at)) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

function isWithin(folder: string, container: string): boolean {
  const relative = path.relative(container, folder);
  return (
    relative === '' ||
    (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
  );
}
