import { readdirSync, statSync } from 'node:fs';
import { UserError } from '../../core/errors';
import { headOf } from '../containers/head';
import { openFile } from '../containers/source';

/** The first bytes of a file; none of one that cannot be read. */
export function openHead(path: string): Uint8Array {
  try {
    const source = openFile(path);
    try {
      return headOf(source);
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof UserError) return new Uint8Array(0);
    throw error;
  }
}

/** Whether there is a folder at a path. */
export function isFolderAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** What is in a folder, in the order of code points as Python sorts it; nothing where it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  } catch {
    return [];
  }
}
