import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../settings/atomic-write';
import { settingsText } from '../settings/fingerprint';
import { type Report, reportSchema } from '../shared/report';
import type { AnalyzeRequest } from '../shared/settings';
import { VERSION } from '../shared/version';

/** The name of a report: the contents of checkpoint and data, the settings, and the version that measured. */
export function reportKey(checkpoint: string, data: string, request: AnalyzeRequest): string {
  return createHash('sha256')
    .update([VERSION, checkpoint, data, settingsText(request)].join('\n'))
    .digest('hex');
}

/** Finished reports by their keys: in memory, and in a folder where one is given. */
export class ReportCache {
  private readonly held = new Map<string, Report>();

  constructor(private readonly folder: string | undefined) {}

  /** The report of this key as one of these files, or undefined. What is damaged or unfinished counts as absent. */
  async find(key: string, request: AnalyzeRequest): Promise<Report | undefined> {
    const found = this.held.get(key) ?? (await this.read(key));
    if (found === undefined) return undefined;
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
    if (this.folder !== undefined) await writeWhole(this.fileOf(this.folder, key), JSON.stringify(report));
  }

  private async read(key: string): Promise<Report | undefined> {
    if (this.folder === undefined) return undefined;
    const text = await readFile(this.fileOf(this.folder, key), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const report = reportSchema.parse(JSON.parse(text));
      return report.status === 'complete' ? report : undefined;
    } catch {
      return undefined;
    }
  }

  private readonly fileOf = (folder: string, key: string) => path.join(folder, `${key}.json`);
}
