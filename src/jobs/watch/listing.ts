import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FilePattern } from '../../files/pattern';

/** A file as it was when it was looked at. */
export interface Seen {
  readonly path: string;
  /** From the folder that is watched, with `/`. */
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file, or a link to one that may be among them under its own name. */
type Listed = Seen & { readonly isLink: boolean };

/** Folders that hold no run, and may hold very many files. */
const NO_RUN = /^(\.|node_modules$|__pycache__$|site-packages$)/;

/**
 * The files that are meant, as they are now, the oldest first, links after what they may be links to. Folders that cannot be
 * read hold none for the moment.
 */
export async function listFiles(place: FilePattern): Promise<Seen[]> {
  const found: Listed[] = [];
  await visit(place, '', found);
  return found.sort(
    (a, b) => a.mtimeMs - b.mtimeMs || Number(a.isLink) - Number(b.isLink) || order.compare(a.file, b.file),
  );
}

const order = new Intl.Collator('en', { numeric: true });

async function visit(place: FilePattern, inside: string, found: Listed[]): Promise<void> {
  const depth = inside === '' ? 0 : inside.split('/').length;
  const entries = await readdir(path.join(place.folder, inside), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = path.posix.join(inside, entry.name);
    if (entry.isDirectory()) {
      if (depth < place.depth && !NO_RUN.test(entry.name)) await visit(place, file, found);
    } else if (place.matches(file)) {
      const whole = path.join(place.folder, file);
      const status = await stat(whole).catch(() => undefined);
      if (status?.isFile()) {
        const { size, mtimeMs } = status;
        found.push({ path: whole, file, size, mtimeMs, isLink: entry.isSymbolicLink() });
      }
    }
  }
}
