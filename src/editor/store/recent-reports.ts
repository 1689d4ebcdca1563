import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
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
    const text = await readFile(path.join(folder, 'files', name), 'utf8').catch(() => '');
    try {
      const record = recordSchema.safeParse(JSON.parse(text));
      if (record.success && isOurs(record.data.path)) entries.push(...record.data.reports);
    } catch {
      // A damaged record counts as none.
    }
  }
  return entries.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, most);
}
