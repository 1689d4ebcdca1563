import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readKept, writeKept } from '../../settings/kept-file';
import type { FileStamp, HashedFiles } from '../../contract/file-stamp';
import type { FileRecord } from './record-schema';

export type { FileRecord, ReportEntry } from './record-schema';

/** What a request says of one of its files that decides which others belong to it. */
export type SaidOfFile = Pick<FileRecord, 'sampleWeights' | 'model'>;

/** Size and date of a file or folder, or undefined when it is not there. */
export async function stampOf(file: string): Promise<FileStamp | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() || found?.isDirectory()
    ? { path: file, size: found.size, mtimeMs: found.mtimeMs }
    : undefined;
}

/** The first of these files that is not what it was, or no longer there. Reads none of them. */
export async function changedSince(files: readonly FileStamp[]): Promise<string | undefined> {
  for (const { path: file, size, mtimeMs } of files) {
    const now = await stampOf(file);
    if (now?.size !== size || now.mtimeMs !== mtimeMs) return file;
  }
  return undefined;
}

/**
 * One small file a checkpoint or data file: the index of the report store. A hover reads just one of them, and
 * two windows that write meet only on the same checkpoint.
 */
export class FileRecords {
  constructor(private readonly folder: string) {}

  /** What is known of `file`; a damaged record counts as none, since everything in it can be made again. */
  async read(file: string): Promise<FileRecord | undefined> {
    const { recordSchema } = await import('./record-schema');
    const parsed = recordSchema.safeParse(await readKept(this.pathOf(file), file));
    return parsed.success && parsed.data.path === file ? parsed.data : undefined;
  }

  async write(record: FileRecord): Promise<void> {
    await writeKept(this.pathOf(record.path), record.path, record);
  }

  /** Remembers the hash of `file` and of what belongs to it, by what was said of it. */
  async remember(file: string, { sha256, files }: HashedFiles, said: SaidOfFile): Promise<FileRecord> {
    const before = await this.read(file);
    const record = { path: file, sha256, ...said, files: [...files], reports: before?.reports ?? [] };
    await this.write(record);
    return record;
  }

  private pathOf(file: string): string {
    return path.join(this.folder, `${createHash('sha256').update(file).digest('hex').slice(0, 32)}.json`);
  }
}
