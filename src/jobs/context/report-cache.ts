import { type Barrier, barrierSchema } from '../../contract/comparison';
import { UserError } from '../../core/errors';
import { type Report, reportSchema } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { KeptStore } from '../../settings/kept-store';
import { reportKey, resultKey } from '../../settings/result-key';

/** The key of a finished report by what it says that it was made of: the very bytes that were read for it. */
export const keyOfReport = ({ checkpoint, settings }: Report, request: AnalyzeRequest): string =>
  reportKey({ checkpoint: checkpoint.sha256, data: settings.data.sha256 }, request);

/** The sentence for a file that is not what it was when a job began: its figures would stand beside others' of other bytes. */
export const changedMeanwhile = (path: string): FilesChanged =>
  new FilesChanged(
    `${path} or its data changed while they were being measured. What is finished is kept: start again.`,
  );

/** A file is not what it was when the job began. */
export class FilesChanged extends UserError {}

/** The key of a barrier: those of the reports of its two ends say on what it was measured. */
export const barrierKey = (first: string, second: string, points: number): string =>
  resultKey('barrier, aligned too', first, second, points);

/** A barrier without the positions of its ends, which each comparison counts anew. */
export type KeptBarrier = Omit<Barrier, 'a' | 'b'>;
const keptBarrierSchema = barrierSchema.omit({ a: true, b: true });

/** Finished reports and barriers by their keys: in memory, and in a folder where one is given. */
export class ReportCache {
  private readonly held = new Map<string, Report>();
  private readonly store: KeptStore | undefined;

  constructor(folder: string | undefined) {
    this.store = folder === undefined ? undefined : new KeptStore(folder);
  }

  /** The report of this key as one of these files, or undefined. What is damaged or unfinished counts as absent. */
  async find(key: string, request: AnalyzeRequest): Promise<Report | undefined> {
    const found = this.held.get(key) ?? (await this.store?.read(key, reportSchema));
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
    await this.store?.write(key, report);
  }

  async findBarrier(key: string): Promise<KeptBarrier | undefined> {
    return this.store?.read(key, keptBarrierSchema);
  }

  async keepBarrier(key: string, barrier: KeptBarrier): Promise<void> {
    await this.store?.write(key, barrier);
  }
}
