import path from 'node:path';
import { type Watch, type WatchRequest, watchSchema } from '../../contract/watch';
import { KeptStore } from '../../settings/kept-store';
import { settingsOf } from '../../settings/fingerprint';
import { resultKey } from '../../settings/result-key';

/** What a watch of a place by these settings has found, over the end of its process: nowhere if nobody said where. */
export class WatchMemory {
  private readonly store: KeptStore | undefined;
  private readonly key: string;
  private writing: Promise<void> = Promise.resolve();

  constructor({ kept, where, settings }: WatchRequest) {
    this.store = kept === undefined ? undefined : new KeptStore(path.join(kept, 'watches'));
    this.key = resultKey('watch', where, settings.data, settingsOf({ ...settings, checkpoint: '' }));
  }

  read(): Promise<Watch | undefined> {
    return this.store ? this.store.read(this.key, watchSchema) : Promise.resolve(undefined);
  }

  /** Writes one after the other; what cannot be written costs time at the next start, and is told once it was tried. */
  write(document: Watch, onError: (error: unknown) => void): Promise<void> {
    const text = structuredClone(document);
    this.writing = this.writing.then(() => this.store?.write(this.key, text)).catch(onError);
    return this.writing;
  }
}
