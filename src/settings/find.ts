import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readSettings, type SettingsFile } from './read';

export const SETTINGS_NAME = 'landscape.json';

/** The path of the nearest `landscape.json` in `folder` or above it, if there is one. */
export async function nearestSettings(folder: string): Promise<string | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const candidate = path.join(at, SETTINGS_NAME);
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return candidate;
    if (path.dirname(at) === at) return undefined;
  }
}

/**
 * The settings that hold for a checkpoint: those of the nearest `landscape.json` up from its folder.
 * @throws UserError when that file has a mistake (a farther one never stands in for it).
 */
export async function findSettings(checkpoint: string): Promise<SettingsFile | undefined> {
  const file = await nearestSettings(path.dirname(checkpoint));
  return file === undefined ? undefined : readSettings(file);
}
