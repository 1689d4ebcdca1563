import path from 'node:path';
import type { Engine } from '../../engine/client';
import type { HashFile } from './report-store';

/** Hashes in the engine, which starts only for files that are not in the index. */
export function hashIn({ engine }: { readonly engine: Engine }, signal?: AbortSignal): HashFile {
  return (file, said) =>
    engine.request(
      'hash',
      { path: file, ...said },
      { what: `reading ${path.basename(file)}`, ...(signal && { signal }) },
    );
}
