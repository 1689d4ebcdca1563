import path from 'node:path';
import type { CheckpointSummary, EngineRequests } from '../../contract/engine-protocol';
import type { AnalyzeRequest } from '../../contract/settings';
import type { Engine } from '../../engine/client';
import { changedSince, type FileRecords } from './file-records';

const MOST = 100;

/**
 * What checkpoints are, read by the engine once for each state of their files, whoever asks. What is read is hashed, too:
 * the index remembers it, so that a job that follows finds the hash there.
 */
export class Summaries {
  private readonly known = new Map<string, CheckpointSummary>();
  private readonly asked = new Map<string, Promise<CheckpointSummary>>();

  /** @param saidOf what `landscape.json` says of a checkpoint that decides what it is */
  constructor(
    private readonly engine: Engine,
    private readonly records: FileRecords,
    private readonly saidOf: (checkpoint: string) => Promise<SaidOfWeights>,
  ) {}

  /** @throws UserError when the checkpoint cannot be read */
  async of(checkpoint: string): Promise<CheckpointSummary> {
    const { model, weights } = await this.saidOf(checkpoint);
    const request = { checkpoint, model, weights };
    const key = JSON.stringify(request);
    const known = this.known.get(key);
    if (known !== undefined && (await changedSince(known.files)) === undefined) return known;
    const under = this.asked.get(key);
    if (under !== undefined) return under;
    const asked = this.read(request, key).finally(() => this.asked.delete(key));
    this.asked.set(key, asked);
    return asked;
  }

  /** The summary, if it can be had within so many milliseconds. One that comes too early may have it the next time. */
  async within(checkpoint: string, milliseconds: number): Promise<CheckpointSummary | undefined> {
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), milliseconds));
    return Promise.race([this.of(checkpoint).catch(() => undefined), late]);
  }

  private async read(
    request: EngineRequests['describe']['request'],
    key: string,
  ): Promise<CheckpointSummary> {
    const { checkpoint, model } = request;
    const what = `reading ${path.basename(checkpoint)}`;
    const summary = await this.engine.request('describe', request, { what });
    this.known.set(key, summary);
    const oldest = this.known.keys().next().value;
    if (this.known.size > MOST && oldest !== undefined) this.known.delete(oldest);
    // An index that cannot be written costs no more than reading it again.
    await this.records.remember(checkpoint, summary, { model }).catch(() => undefined);
    return summary;
  }
}

type SaidOfWeights = Pick<AnalyzeRequest, 'model' | 'weights'>;
