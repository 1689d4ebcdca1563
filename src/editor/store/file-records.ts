import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { KeptStore } from '../../settings/kept-store';
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
  private readonly kept: KeptStore;

  constructor(folder: string) {
    this.kept = new KeptStore(folder, '.json', nameOf);
  }

  /** What is known of `file`; a damaged record counts as none, since everything in it can be made again. */
  async read(file: string): Promise<FileRecord | undefined> {
    const { recordSchema } = await import('./record-schema');
    const record = await this.kept.read(file, recordSchema);
    return record?.path === file ? record : undefined;
  }

  async write(record: FileRecord): Promise<void> {
    await this.kept.write(record.path, record);
  }

  /** Remembers the hash of `file` and of what belongs to it, by what was said of it. */
  async remember(file: string, { sha256, files }: HashedFiles, said: SaidOfFile): Promise<FileRecord> {
    const before = await this.read(file);
    const record = { path: file, sha256, ...said, files: [...files], reports: before?.reports ?? [] };
    await this.write(record);
    return record;
  }

  /** Every record, in no order. */
  async all(): Promise<FileRecord[]> {
    const { recordSchema } = await import('./record-schema');
    return (await this.kept.all(recordSchema)).map(({ document }) => document);
  }
}

const nameOf = (file: string): string => createHash('sha256').update(file).digest('hex').slice(0, 32);
