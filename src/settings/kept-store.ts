import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type * as z from 'zod';
import { openKept, readKept, writeKept } from './kept-file';

/**
 * Documents in a folder, each under a key and with its checksum: what was computed once is read. Reads find what is whole,
 * of its key and as its schema says; anything else counts as absent, since it can be made again.
 */
export class KeptStore {
  /** `nameOf` a key is its file's name where the key is none, and `suffix` tells documents from others in the folder. */
  constructor(
    private readonly folder: string,
    private readonly suffix = '.json',
    private readonly nameOf: (key: string) => string = (key) => key,
  ) {}

  fileOf(key: string): string {
    return path.join(this.folder, `${this.nameOf(key)}${this.suffix}`);
  }

  /** The document as it was kept, or undefined. */
  readAny(key: string): Promise<unknown> {
    return readKept(this.fileOf(key), key);
  }

  async read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    return schema.safeParse(await this.readAny(key)).data;
  }

  /** @throws UserError where it cannot be written. */
  write(key: string, document: unknown): Promise<void> {
    return writeKept(this.fileOf(key), key, document);
  }

  /** The kept document, or the one that `compute` gives, which is kept from then on. */
  async once<T>(
    key: string,
    schema: z.ZodType<T>,
    compute: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly isNew: boolean }> {
    const kept = await this.read(key, schema);
    if (kept !== undefined) return { value: kept, isNew: false };
    const value = await compute();
    await this.write(key, value);
    return { value, isNew: true };
  }

  /** Every document in the folder that says that it is of the key whose place it has. */
  async all<T>(schema: z.ZodType<T>): Promise<{ readonly key: string; readonly document: T }[]> {
    const names = await readdir(this.folder).catch(() => []);
    const found = await Promise.all(
      names
        .filter((name) => name.endsWith(this.suffix))
        .map(async (name) => {
          const kept = await openKept(path.join(this.folder, name));
          const { data: document } = schema.safeParse(kept?.document);
          const key = kept?.key;
          const isInPlace = typeof key === 'string' && path.basename(this.fileOf(key)) === name;
          return isInPlace && document !== undefined ? [{ key, document }] : [];
        }),
    );
    return found.flat();
  }

  async remove(key: string): Promise<void> {
    await rm(this.fileOf(key), { force: true });
  }
}
