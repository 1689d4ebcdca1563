import { stat } from 'node:fs/promises';
import path from 'node:path';
import { KeptStore } from '../../settings/kept-store';
import { reportKey } from '../../settings/result-key';
import { settingsText } from '../../settings/fingerprint';
import type { HashedFiles } from '../../contract/file-stamp';
import type { Report } from '../../contract/report';
import type { AnalyzeRequest, InterpolateRequest } from '../../contract/settings';
import { changedSince, FileRecords, type ReportEntry, type SaidOfFile } from './file-records';

export type AnyRequest = AnalyzeRequest | InterpolateRequest;

/** The hash of a file and of those that belong to it by what is said of it; computed elsewhere (in the engine). */
export type HashFile = (file: string, said: SaidOfFile) => Promise<HashedFiles>;

/** A report and where it lies. `request` is absent for reports that did not come from this editor. */
export interface StoredReport {
  readonly report: Report;
  readonly path: string;
  readonly request: AnyRequest | undefined;
}

const REPORTS_PER_CHECKPOINT = 50;

/** The second checkpoint of an interpolation. */
export function otherOf(request: AnyRequest): string | undefined {
  return 'other' in request ? request.other : undefined;
}

/** The files that decide a request's result. */
export function filesOf(request: AnyRequest): string[] {
  const other = otherOf(request);
  return [request.checkpoint, ...(other === undefined ? [] : [other]), request.data];
}

/**
 * Reports on disk, keyed by the hashes of checkpoint and data and by the settings, so that a copied or renamed
 * file finds its report. Knows no editor; one instance a window, several may share the folder.
 */
export class ReportStore {
  readonly records: FileRecords;
  private readonly cache = new Map<string, { readonly mtimeMs: number; readonly report: Report }>();

  private readonly reports: KeptStore;

  constructor(folder: string) {
    this.reports = new KeptStore(path.join(folder, 'reports'));
    this.records = new FileRecords(path.join(folder, 'files'));
  }

  /** Keeps a complete report of `request`. Files that have changed since the run read them make it out of date. */
  async save(request: AnyRequest, report: Report, hash: HashFile): Promise<void> {
    const { checkpoint, other, settings } = report;
    const key = reportKey(
      { checkpoint: checkpoint.sha256, other: other?.sha256, data: settings.data.sha256 },
      request,
    );
    await this.reports.write(key, report);
    // What has vanished meanwhile is told when the report is shown.
    for (const file of filesOf(request)) await this.hashOf(request, file, hash).catch(() => undefined);
    const record = await this.records.read(request.checkpoint);
    if (record === undefined) return;
    const entry: ReportEntry = { key, createdAt: report.createdAt, request };
    const reports = [entry, ...record.reports.filter((old) => old.key !== key)];
    await this.records.write({ ...record, reports: reports.slice(0, REPORTS_PER_CHECKPOINT) });
    for (const old of reports.slice(REPORTS_PER_CHECKPOINT)) await this.reports.remove(old.key);
  }

  /** The report that an identical run would give again: same contents, same settings. Hashes what is not known. */
  async find(request: AnyRequest, hash: HashFile): Promise<StoredReport | undefined> {
    const other = otherOf(request);
    const inputs = {
      checkpoint: await this.hashOf(request, request.checkpoint, hash),
      other: other === undefined ? undefined : await this.hashOf(request, other, hash),
      data: await this.hashOf(request, request.data, hash),
    };
    const stored = await this.kept(reportKey(inputs, request), request);
    // Under a new path the entry is new, too: the hover asks by path.
    if (stored !== undefined) await this.save(request, stored.report, hash);
    return stored;
  }

  /** The newest report made of this very request's paths and settings, fresh or not. */
  async stored(request: AnyRequest): Promise<StoredReport | undefined> {
    const record = await this.records.read(request.checkpoint);
    const entry = record?.reports.find(
      (candidate) =>
        otherOf(candidate.request) === otherOf(request) &&
        candidate.request.data === request.data &&
        settingsText(candidate.request) === settingsText(request),
    );
    return entry && this.kept(entry.key, entry.request);
  }

  /** The newest analysis of a checkpoint, from the store or written beside it by the terminal. Reads no checkpoint. */
  async latest(checkpoint: string): Promise<StoredReport | undefined> {
    const record = await this.records.read(checkpoint);
    const found: StoredReport[] = [];
    for (const entry of record?.reports ?? []) {
      if (otherOf(entry.request) !== undefined) continue;
      // What was measured on other labels than those of the data says nothing to whoever asks of the checkpoint.
      if (entry.request.trained?.labelNoise !== undefined) continue;
      const stored = await this.kept(entry.key, entry.request);
      if (stored === undefined) continue;
      found.push(stored);
      break;
    }
    for (const file of besideNames(checkpoint)) {
      const stored = await this.read(file, undefined);
      if (stored !== undefined && isOf(stored.report, checkpoint)) found.push(stored);
    }
    return found.sort((a, b) => Date.parse(b.report.createdAt) - Date.parse(a.report.createdAt))[0];
  }

  /** The hash of a request's file, from its record while sizes and dates stand, else by `hash` and remembered. */
  async hashOf(
    { data, sampleWeights, model }: Pick<AnyRequest, 'data' | 'sampleWeights' | 'model'>,
    file: string,
    hash: HashFile,
  ): Promise<string> {
    const said: SaidOfFile = file === data ? { sampleWeights } : { model };
    const record = await this.records.read(file);
    const isSame = record?.sampleWeights === said.sampleWeights && record?.model === said.model;
    if (record !== undefined && isSame && (await changedSince(record.files)) === undefined)
      return record.sha256;
    return (await this.records.remember(file, await hash(file, said), said)).sha256;
  }

  /** The report kept under a key, if it is whole and of that. */
  private kept(key: string, request: AnyRequest): Promise<StoredReport | undefined> {
    return this.read(this.reports.fileOf(key), request, key);
  }

  /** A report that exists and is whole; anything else in its place counts as none here. */
  private async read(
    file: string,
    request: AnyRequest | undefined,
    key?: string,
  ): Promise<StoredReport | undefined> {
    try {
      const { mtimeMs } = await stat(file);
      const cached = this.cache.get(file);
      if (cached?.mtimeMs === mtimeMs) return { report: cached.report, path: file, request };
      const { readKeptReport, readReport } = await import('./read-report');
      const report = await (key === undefined ? readReport(file) : readKeptReport(this.reports, key));
      this.cache.set(file, { mtimeMs, report });
      const oldest = this.cache.keys().next().value;
      if (this.cache.size > 32 && oldest !== undefined) this.cache.delete(oldest);
      return { report, path: file, request };
    } catch {
      return undefined;
    }
  }
}

/** Where the terminal's `--json` is looked for: `NAME.landscape.json`, NAME with or without the extension. */
export function besideNames(checkpoint: string): string[] {
  const { dir, base, name } = path.parse(checkpoint);
  return [...new Set([base, name])].map((stem) => path.join(dir, `${stem}.landscape.json`));
}

/** Was this report made of a checkpoint of that name? `model.landscape.json` may stand beside two models. */
function isOf(report: Report, checkpoint: string): boolean {
  const name = report.checkpoint.path.split(/[\\/]/).at(-1);
  return report.kind === 'analysis' && name === path.basename(checkpoint);
}
