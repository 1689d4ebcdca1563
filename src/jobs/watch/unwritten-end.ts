import { openFile } from '../../formats/containers/source';

/** Bytes at the end of a file that are looked at, where it has twice as many. */
const TAIL = 512;

/**
 * Whether a file ends in zeros alone, as one does whose room was made at once and whose bytes are still on their way. Weights
 * that were never trained may end so, too.
 */
export function endsInZeros(path: string): boolean {
  const source = openFile(path);
  try {
    return source.size >= 2 * TAIL && source.read(source.size - TAIL, TAIL).every((byte) => byte === 0);
  } finally {
    source.close();
  }
}
