import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../settings/atomic-write';

/** A file's bytes under a name of its own on disk, where the engine can read it. */
export interface Copy {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Copies what an editor shows from elsewhere than the disk (git, an archive, another machine) to `folder`. The name
 * stays: what a file is depends on its extension, and people know it by that.
 */
export async function copyOf(
  { uri, name }: { readonly uri: string; readonly name: string },
  bytes: Uint8Array,
  folder: string,
): Promise<Copy> {
  const key = createHash('sha256').update(uri).update(bytes).digest('hex').slice(0, 16);
  const place = path.join(folder, key);
  const file = path.join(place, name);
  await writeWhole(file, Buffer.from(bytes));
  return { path: file, remove: () => rm(place, { recursive: true, force: true }) };
}
