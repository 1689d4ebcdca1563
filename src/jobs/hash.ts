import { openInput } from '../formats/input-files';
import { type FileSource, sha256, stampOf } from '../formats/source';
import type { HashedFiles } from '../shared/file-stamp';
import type { JobContext } from './context';

/** SHA-256 of a checkpoint or data file, the one that its reports name, read a block at a time. */
export async function hash({ path }: { path: string }, { signal }: JobContext): Promise<HashedFiles> {
  const opened: FileSource[] = [];
  try {
    await openInput(path, opened);
    return { sha256: await sha256(opened, signal), files: opened.map(stampOf) };
  } finally {
    for (const file of opened) file.close();
  }
}
