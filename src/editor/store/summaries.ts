import path from 'node:path';
import type { Engine } from '../../engine/client';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import { changedSince } from '../store/file-records';

const MOST = 100;

/**
 * What checkpoints are, read by the engine beside whatever asks and kept while their files stay as they are. A hover
 * waits for nothing: the first time it may come too early, the next time it is known.
 */
export class Summaries {
  private readonly known = new Map<string, CheckpointSummary>();
  private readonly asked = new Map<string, Promise<CheckpointSummary | undefined>>();

  constructor(private readonly engine: Engine) {}

  /** The summary, if it can be had within so many milliseconds. */
  async within(checkpoint: string, milliseconds: number): Promise<CheckpointSummary | undefined> {
    const known = this.known.get(checkpoint);
    if (known !== undefined && (await changedSince(known.files)) === undefined) return known;
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), milliseconds));
    return Promise.race([this.ask(checkpoint), late]);
  }

  private ask(checkpoint: string): Promise<CheckpointSummary | undefined> {
    const under = this.asked.get(checkpoint);
    if (under !== undefined) return under;
    const what = `reading ${path.basename(checkpoint)}`;
    const asked = this.engine
      .request('describe', { checkpoint }, { what })
      .then((summary) => {
        this.known.set(checkpoint, summary);
        const oldest = this.known.keys().next().value;
        if (this.known.size > MOST && oldest !== undefined) this.known.delete(oldest);
        return summary;
      })
      .catch(() => undefined)
      .finally(() => this.asked.delete(checkpoint));
    this.asked.set(checkpoint, asked);
    return asked;
  }
}
