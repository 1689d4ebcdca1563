import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openKept, readKept, writeKept } from '../../settings/kept-file';
import { UserError } from '../../core/errors';
import type { PanelDocument } from '../../contract/panel-protocol';
import { keyOf, type DocumentRequest } from './document-request';
import { readDocument } from './read-document';

/** A job of an earlier window, or of this one: enough to list it without reading what it found. */
export interface KeptDocument {
  readonly key: string;
  readonly title: string;
  readonly savedAt: string;
  readonly status: PanelDocument['status'];
  readonly request: DocumentRequest;
}

const MOST_KEPT = 100;

/** What jobs found, over the end of the window: an entry each for the list, and the document beside it. */
export class KeptDocuments {
  constructor(private readonly folder: string) {}

  /** Keeps what a job has found. The documents of training are its histories, which lie in its folder already. */
  async save(request: DocumentRequest, title: string, document: PanelDocument): Promise<void> {
    if (request.method === 'file') return;
    const key = keyOf(request);
    const savedAt = new Date().toISOString();
    if (request.method !== 'train') await writeKept(this.documentOf(key), key, document);
    const entry: KeptDocument = { key, title, savedAt, status: document.status, request };
    await writeKept(path.join(this.folder, `${key}.entry.json`), key, entry);
    for (const old of (await this.list()).slice(MOST_KEPT)) await this.remove(old);
  }

  /** Newest first. An entry that cannot be read counts as none. */
  async list(): Promise<KeptDocument[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.entry.json'));
    const { entrySchema } = await import('./entry-schema');
    const entries = await Promise.all(
      names.map(async (name) => {
        const kept = await openKept(path.join(this.folder, name));
        const parsed = entrySchema.safeParse(kept?.document);
        return parsed.success && parsed.data.key === kept?.key ? [parsed.data] : [];
      }),
    );
    return entries.flat().sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
  }

  /**
   * What a job found; of a run of training its history, which is in its folder.
   * @throws UserError when it is no longer there, or not what was kept
   */
  async read({ key, title, request }: KeptDocument): Promise<PanelDocument | undefined> {
    if (request.method === 'train')
      return (await readDocument(path.join(request.params.out, 'history.json')))?.document;
    const { documentSchema } = await import('./document-schema');
    const parsed = documentSchema.safeParse(await readKept(this.documentOf(key), key));
    if (parsed.success) return parsed.data;
    throw new UserError(`What was kept of "${title}" is damaged, or no longer there: run it again.`);
  }

  private async remove({ key }: KeptDocument): Promise<void> {
    for (const file of [this.documentOf(key), path.join(this.folder, `${key}.entry.json`)])
      await rm(file, { force: true });
  }

  private documentOf(key: string): string {
    return path.join(this.folder, `${key}.json`);
  }
}
