import path from 'node:path';
import { FileRecords, type ReportEntry } from './file-records';

/** The newest kept reports on checkpoints that `isOurs`, from the index alone: no report is read. */
export async function recentReports(
  folder: string,
  isOurs: (checkpoint: string) => boolean,
  most: number,
): Promise<ReportEntry[]> {
  const records = await new FileRecords(path.join(folder, 'files')).all();
  return records
    .filter((record) => isOurs(record.path))
    .flatMap(({ reports }) => reports)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    .slice(0, most);
}
