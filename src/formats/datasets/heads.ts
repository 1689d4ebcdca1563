import { readdirSync, statSync } from 'node:fs';
import { UserError } from '../../core/errors';
import { openFile } from '../containers/source';

const HEAD_BYTES = 4096;

/** The first bytes of a file; none of one that cannot be read. */
export function openHead(path: string): Uint8Array {
  try {
    const source = openFile(path);
    try {
      return source.read(0, Math.min(source.size, HEAD_BYTES));
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

/** Whether bytes begin with a signature. */
export const startsWith = (head: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, index) => head[index] === byte);
