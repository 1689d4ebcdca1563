import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { openKept } from '../../settings/kept-file';
import type { ReportEntry } from './record-schema';

/** The newest kept reports on checkpoints that `isOurs`, from the index alone: no report is read. */
export async function recentReports(
  folder: string,
  isOurs: (checkpoint: string) => boolean,
  most: number,
): Promise<ReportEntry[]> {
  const { recordSchema } = await import('./record-schema');
  const names = await readdir(path.join(folder, 'files')).catch(() => []);
  const entries: ReportEntry[] = [];
  for (const name of names) {
    // A damaged record counts as none.
    const record = recordSchema.safeParse((await openKept(path.join(folder, 'files', name)))?.document);
    if (record.success && isOurs(record.data.path)) entries.push(...record.data.reports);
  }
  return entries.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, most);
}
