import { openFile, sha256 } from '../formats/source';
import type { JobContext } from './context';

/** SHA-256 of a file, read a block at a time. */
export async function hash({ path }: { path: string }, { signal }: JobContext): Promise<{ sha256: string }> {
  const file = openFile(path);
  try {
    return { sha256: await sha256([file], signal) };
  } finally {
    file.close();
  }
}
