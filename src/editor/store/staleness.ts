import path from 'node:path';
import { settingsChanges } from '../../settings/fingerprint';
import type { RequestLayer } from '../../settings/merge';
import { VERSION } from '../../core/version';
import { isQuickOf } from '../jobs/quick';
import { changedSince, stampOf, type FileRecords } from './file-records';
import { otherOf, type AnyRequest, type StoredReport } from './report-store';

/** What holds for a checkpoint now. */
export interface Now {
  /** The request that would be made, if its data are known. */
  readonly current: AnyRequest | undefined;
  /** What `landscape.json` says, for reports whose request is not known. */
  readonly explicit: RequestLayer;
}

/**
 * What has changed since a report was made, one sentence each; empty while it holds. Compares sizes and dates with
 * the index and reads no checkpoint.
 */
export async function staleness(
  stored: StoredReport,
  checkpoint: string,
  records: FileRecords,
  { current, explicit }: Now = { current: undefined, explicit: {} },
): Promise<string[]> {
  const { report, request } = stored;
  const createdAt = Date.parse(report.createdAt);
  const sentences = [await changed(checkpoint, report.checkpoint.sha256, createdAt, records)];
  const other = request && otherOf(request);
  if (other !== undefined && report.other !== undefined) {
    sentences.push(await changed(other, report.other.sha256, createdAt, records));
  }
  const data = request?.data ?? path.resolve(path.dirname(stored.path), report.settings.data.path);
  const dataNow = current?.data ?? explicit.data;
  if (dataNow !== undefined && !samePath(dataNow, data)) {
    sentences.push(
      `The data are ${path.basename(dataNow)} now; this was measured on ${path.basename(data)}.`,
    );
  } else if (request !== undefined || (await stampOf(data)) !== undefined) {
    sentences.push(await changed(data, report.settings.data.sha256, createdAt, records));
  }
  const changes =
    request === undefined
      ? explicitChanges(stored, explicit)
      : current === undefined || isQuickOf(request, current)
        ? []
        : settingsChanges(request, current);
  const { landscape } = report.settings.versions;
  if (landscape !== undefined && landscape !== VERSION)
    sentences.push(`Landscape ${landscape} measured this; what ${VERSION} measures may differ.`);
  if (changes.length > 0) sentences.push(`The settings have changed since: ${changes.join('; ')}.`);
  return sentences.filter((sentence) => sentence !== undefined);
}

async function changed(
  file: string,
  sha256: string,
  createdAt: number,
  records: FileRecords,
): Promise<string | undefined> {
  const record = await records.read(file);
  const moved = record && (await changedSince(record.files));
  const name = path.basename(moved ?? file);
  const stamp = await stampOf(moved ?? file);
  if (stamp === undefined) return `${name} is no longer there.`;
  if (record === undefined) {
    // A report's date is in whole milliseconds.
    return Math.floor(stamp.mtimeMs) > createdAt ? `${name} is newer than this report.` : undefined;
  }
  const same = moved === undefined && record.sha256 === sha256;
  return same ? undefined : `${name} has changed since this was measured.`;
}

/** A report from the terminal had options of its own; only what the file states can contradict it. */
function explicitChanges({ report: { settings } }: StoredReport, explicit: RequestLayer): string[] {
  const keys = ['loss', 'seed', 'top', 'bottom', 'layers', 'operator'] as const;
  const changes = keys
    .filter((key) => explicit[key] !== undefined && explicit[key] !== settings[key])
    .map((key) => `${key} was ${settings[key]} and is ${explicit[key]} now`);
  const scale = explicit.input?.scale;
  if (scale !== undefined && scale !== settings.input.scale) {
    changes.push(`input.scale was ${settings.input.scale} and is ${scale} now`);
  }
  return changes;
}

function samePath(a: string, b: string): boolean {
  return path.relative(a, b) === '';
}
