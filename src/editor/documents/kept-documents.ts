import path from 'node:path';
import { KeptStore } from '../../settings/kept-store';
import { UserError } from '../../core/errors';
import type { PanelDocument } from '../../contract/panel-protocol';
import { documentKey, type DocumentRequest } from './document-request';
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
  private readonly documents: KeptStore;
  private readonly entries: KeptStore;

  constructor(folder: string) {
    this.documents = new KeptStore(folder);
    this.entries = new KeptStore(folder, '.entry.json');
  }

  /** Keeps what a job has found. The documents of training are its histories, which lie in its folder already. */
  async save(request: DocumentRequest, title: string, document: PanelDocument): Promise<void> {
    if (request.method === 'file') return;
    const key = documentKey(request);
    const savedAt = new Date().toISOString();
    if (request.method !== 'train') await this.documents.write(key, document);
    const entry: KeptDocument = { key, title, savedAt, status: document.status, request };
    await this.entries.write(key, entry);
    for (const old of (await this.list()).slice(MOST_KEPT)) await this.remove(old);
  }

  /** Newest first. An entry that cannot be read counts as none. */
  async list(): Promise<KeptDocument[]> {
    const { entrySchema } = await import('./entry-schema');
    const kept = await this.entries.all(entrySchema);
    return kept
      .flatMap(({ key, document }) => (document.key === key ? [document] : []))
      .sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
  }

  /**
   * What a job found; of a run of training its history, which is in its folder.
   * @throws UserError when it is no longer there, or not what was kept
   */
  async read({ key, title, request }: KeptDocument): Promise<PanelDocument | undefined> {
    if (request.method === 'train')
      return (await readDocument(path.join(request.params.out, 'history.json')))?.document;
    const { documentSchema } = await import('./document-schema');
    const document = await this.documents.read(key, documentSchema);
    if (document) return document;
    throw new UserError(`What was kept of "${title}" is damaged, or no longer there: run it again.`);
  }

  private async remove({ key }: KeptDocument): Promise<void> {
    await this.documents.remove(key);
    await this.entries.remove(key);
  }
}
