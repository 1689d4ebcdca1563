import { createHash } from 'node:crypto';
import path from 'node:path';
import type * as z from 'zod';
import { VERSION } from '../../core/version';
import { readKept, writeKept } from '../../settings/kept-file';
import { identityOf } from '../../core/identity';

/** Small results by what they depend on, in a folder: what was computed once is read. */
export class KeptResults {
  constructor(private readonly folder: string) {}

  /** The kept result, or the one that `compute` gives; what is damaged counts as absent. */
  async get<T>(
    dependsOn: unknown,
    schema: z.ZodType<T>,
    compute: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly isNew: boolean }> {
    const key = createHash('sha256')
      .update(identityOf([VERSION, dependsOn]))
      .digest('hex');
    const file = path.join(this.folder, `${key}.json`);
    const kept = schema.safeParse(await readKept(file, key));
    if (kept.success) return { value: kept.data, isNew: false };
    const value = await compute();
    await writeKept(file, key, value);
    return { value, isNew: true };
  }
}
