import { createHash } from 'node:crypto';
import path from 'node:path';
import type * as z from 'zod';
import { settingsText } from '../../settings/fingerprint';
import { type Barrier, barrierSchema } from '../../contract/comparison';
import { UserError } from '../../core/errors';
import { type Report, reportSchema } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { VERSION } from '../../core/version';
import { readKept, writeKept } from '../../settings/kept-file';

const hashOf = (...parts: readonly string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');

/** The name of a report: the contents of checkpoint and data, the settings, and the version that measured. */
export const reportKey = (checkpoint: string, data: string, request: AnalyzeRequest): string =>
  hashOf(VERSION, checkpoint, data, settingsText(request));

/** The name of a finished report by what it says that it was made of: the very bytes that were read for it. */
export const keyOfReport = (report: Report, request: AnalyzeRequest): string =>
  reportKey(report.checkpoint.sha256, report.settings.data.sha256, request);

/** The sentence for a file that is not what it was when a job began: its figures would stand beside others' of other bytes. */
export const changedMeanwhile = (path: string): FilesChanged =>
  new FilesChanged(
    `${path} or its data changed while they were being measured. What is finished is kept: start again.`,
  );

/** A file is not what it was when the job began. */
export class FilesChanged extends UserError {}

/** The name of a barrier (as this build measures it): the reports of its two ends say on what it was measured. */
export const barrierKey = (first: string, second: string, points: number): string =>
  hashOf('barrier, aligned too', first, second, String(points));

/** A barrier without the positions of its ends, which each comparison counts anew. */
export type KeptBarrier = Omit<Barrier, 'a' | 'b'>;
const keptBarrierSchema = barrierSchema.omit({ a: true, b: true });

/** Finished reports and barriers by their keys: in memory, and in a folder where one is given. */
export class ReportCache {
  private readonly held = new Map<string, Report>();

  constructor(private readonly folder: string | undefined) {}

  /** The report of this key as one of these files, or undefined. What is damaged or unfinished counts as absent. */
  async find(key: string, request: AnalyzeRequest): Promise<Report | undefined> {
    const found = this.held.get(key) ?? (await this.read(key, reportSchema));
    if (found?.status !== 'complete') return undefined;
    this.held.set(key, found);
    // The same contents may lie elsewhere now.
    const { checkpoint, settings } = found;
    return {
      ...found,
      checkpoint: { ...checkpoint, path: request.checkpoint },
      settings: { ...settings, data: { ...settings.data, path: request.data } },
    };
  }

  /** Keeps a finished report; its file is written whole or not at all. */
  async keep(key: string, report: Report): Promise<void> {
    this.held.set(key, report);
    await this.write(key, report);
  }

  findBarrier(key: string): Promise<KeptBarrier | undefined> {
    return this.read(key, keptBarrierSchema);
  }

  keepBarrier(key: string, barrier: KeptBarrier): Promise<void> {
    return this.write(key, barrier);
  }

  private async write(key: string, document: Report | KeptBarrier): Promise<void> {
    if (this.folder !== undefined) await writeKept(this.fileOf(this.folder, key), key, document);
  }

  private async read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    if (this.folder === undefined) return undefined;
    const kept = schema.safeParse(await readKept(this.fileOf(this.folder, key), key));
    return kept.success ? kept.data : undefined;
  }

  private readonly fileOf = (folder: string, key: string) => path.join(folder, `${key}.json`);
}
