import path from 'node:path';
import { folderOf } from '../documents/document-request';
import type { KeptDocument, KeptDocuments } from '../documents/kept-documents';
import { readDocument, type OpenedDocument } from '../documents/read-document';
import type { ReportEntry } from '../store/record-schema';
import { recentReports } from '../store/recent-reports';

/** Something that was measured or trained before: in an earlier window, or by another program. */
export type Earlier =
  | { readonly kind: 'report'; readonly when: string; readonly entry: ReportEntry }
  | { readonly kind: 'kept'; readonly when: string; readonly entry: KeptDocument }
  | { readonly kind: 'found'; readonly when: string; readonly file: string; readonly opened: OpenedDocument };

/** Lines of the view, and files that are read to make them. */
const MOST = 60;
const MOST_READ = 200;

/** Where to look, and which files are those of this window. */
export interface EarlierPlaces {
  /** The store of the extension. */
  readonly storage: string;
  readonly kept: KeptDocuments;
  /** Histories and experiments of the workspace. */
  findFiles(): Promise<readonly string[]>;
  isOurs(file: string): boolean;
}

/** What this workspace has to show from before, newest first: reports, kept documents, histories on disk. */
export async function earlierThings(places: EarlierPlaces): Promise<Earlier[]> {
  const { storage, kept, findFiles, isOurs } = places;
  const documents = (await kept.list()).filter(({ request }) => isOurs(path.join(folderOf(request), 'x')));
  const known = new Set(documents.map(({ request }) => folderOf(request)));
  const [reports, files] = await Promise.all([recentReports(storage, isOurs, MOST), findFiles()]);
  const read = await Promise.all(
    // Experiments first, which stand for the runs in their folders.
    [...files.filter(isReport), ...files.filter((file) => !isReport(file))]
      .filter((file) => !known.has(path.dirname(file)))
      .slice(0, MOST_READ)
      .map(async (file) => {
        const opened = await readDocument(file).catch(() => undefined);
        return opened ? [{ file, opened }] : [];
      }),
  );
  const found = outermost(read.flat());
  return [
    ...reports.map((entry): Earlier => ({ kind: 'report', when: entry.createdAt, entry })),
    ...documents.map((entry): Earlier => ({ kind: 'kept', when: entry.savedAt, entry })),
    ...found.map(({ file, opened }): Earlier => ({
      kind: 'found',
      when: opened.document.createdAt,
      file,
      opened,
    })),
  ]
    .sort((a, b) => (a.when < b.when ? 1 : -1))
    .slice(0, MOST);
}

const isReport = (file: string): boolean => path.basename(file) === 'report.json';

/** An experiment holds many runs, and stands for them. */
function outermost<T extends { readonly file: string; readonly opened: OpenedDocument }>(
  found: readonly T[],
): T[] {
  const experiments = found
    .filter(({ opened }) => opened.document.kind === 'experiment')
    .map(({ file }) => path.dirname(file) + path.sep);
  return found.filter(
    ({ file, opened }) =>
      opened.document.kind === 'experiment' || !experiments.some((folder) => file.startsWith(folder)),
  );
}
