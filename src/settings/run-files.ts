import path from 'node:path';
import { findSettings } from './find';

/**
 * The files of one folder that are measured: all but that which the settings name as the network of the others.
 * @param files of one folder.
 * @param model what is named in another way than by the folder's `landscape.json`.
 * @throws UserError when that file has a mistake.
 */
export async function withoutNamedNetwork(files: readonly string[], model?: string): Promise<string[]> {
  if (files.length < 2) return [...files];
  const named = model ?? (await findSettings(files[0]))?.settings.model;
  return files.filter((file) => named === undefined || path.relative(file, named) !== '');
}
