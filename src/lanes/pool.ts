import { CancelledError, throwIfCancelled } from '../core/errors';
import type { BackendChoice } from '../backends/choice';
import { availableMemory } from '../machine/memory';
import type { PackedProgram } from './packed-program';
import { KEPT_BYTES } from './kept';
import type { Lane } from './lane';
import type { ChunkResult, ChunkValues, Opened, RowArrays, Values } from './protocol';

/** The sums over all chunks, and the rows of all chunks one after the other. */
export interface PoolResult {
  readonly sums: Readonly<Record<string, Float64Array>>;
  readonly rows: Readonly<Record<string, Float64Array>>;
}

/** A chunk of the data that a lane holds. */
export interface HeldChunk {
  readonly key: string;
  readonly validRows: number;
}

/** What is made of a chunk's rows before they are joined with the others': `chunk` is its place among them. */
export type RowsOfChunk = (rows: RowArrays, chunk: number) => RowArrays;

/** The share of free memory that lanes may keep intermediate values in. */
const KEPT_SHARE = 1 / 8;

/**
 * Compute lanes that share the chunks of the data: chunk i is always lane i modulo the count, and sums are added in
 * float64 in the order of the rows whatever lane made them, so that the count of lanes moves no digit.
 */
export class LanePool {
  private peak = 0;
  private readonly programs = new Set<string>();

  private constructor(
    private readonly lanes: readonly Lane[],
    readonly opened: Opened,
  ) {}

  /** Starts lanes: the first finds the backend, the others follow it. `kept` is what they may keep of their chunks, in bytes. */
  static async open(
    make: () => Lane,
    count: number,
    choice: BackendChoice,
    kept = KEPT_BYTES,
  ): Promise<LanePool> {
    const lanes: Lane[] = [make()];
    try {
      const keptBytes = Math.floor(Math.min(kept, KEPT_SHARE * availableMemory()) / count);
      const opened = await lanes[0].request({ type: 'open', choice, keptBytes });
      const same = { ...choice, names: [opened.backend] as BackendChoice['names'] };
      while (lanes.length < count) lanes.push(make());
      await Promise.all(
        lanes.slice(1).map((lane) => lane.request({ type: 'open', choice: same, keptBytes })),
      );
      return new LanePool(lanes, opened);
    } catch (error) {
      lanes.forEach((lane) => lane.kill());
      throw error;
    }
  }

  get size(): number {
    return this.lanes.length;
  }

  /** Largest resident memory of all lanes together, as last collected. */
  get peakMemoryBytes(): number {
    return this.peak;
  }

  hasProgram(key: string): boolean {
    return this.programs.has(key);
  }

  async define(key: string, program: PackedProgram): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.request({ type: 'program', key, program })));
    this.programs.add(key);
  }

  /** Gives chunk number `index` to the lane that owns it. */
  async holdChunk(index: number, key: string, chunk: ChunkValues): Promise<void> {
    await this.lanes[index % this.lanes.length].request({ type: 'chunk', key, chunk });
  }

  async holdVectors(values: Values): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.request({ type: 'vectors', values })));
  }

  /** Runs a program over chunks. On cancel the lanes are killed: native code hears nothing else. */
  async run(
    program: string,
    chunks: readonly HeldChunk[],
    signal: AbortSignal | undefined,
    made: RowsOfChunk = (rows) => rows,
  ): Promise<PoolResult> {
    throwIfCancelled(signal);
    const kill = () => this.dispose();
    signal?.addEventListener('abort', kill, { once: true });
    try {
      const accumulate = this.lanes.length === 1;
      const results: ChunkResult[] = [];
      await Promise.all(
        this.lanes.map(async (lane, first) => {
          const ask = (i: number) => {
            const { key, validRows } = chunks[i];
            const asked = lane.request({ type: 'run', program, chunk: key, validRows, accumulate });
            // Whoever waits for it hears of its failure; nobody does after an earlier one.
            asked.catch(() => undefined);
            return asked;
          };
          // The next request is sent before the reply comes, so that a lane never waits for us.
          let next = first < chunks.length ? ask(first) : undefined;
          for (let i = first; next; i += this.lanes.length) {
            throwIfCancelled(signal);
            const running = next;
            next = i + this.lanes.length < chunks.length ? ask(i + this.lanes.length) : undefined;
            const { sums, rows } = await running;
            results[i] = { sums, rows: made(rows, i) };
          }
        }),
      );
      const collected = await Promise.all(this.lanes.map((lane) => lane.request({ type: 'collect' })));
      this.peak = Math.max(
        this.peak,
        collected.reduce((sum, each) => sum + each.peakMemoryBytes, 0),
      );
      return { sums: accumulate ? collected[0].sums : addInOrder(results), rows: join(results) };
    } catch (error) {
      throw signal?.aborted ? new CancelledError() : error;
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }

  dispose(): void {
    this.lanes.forEach((lane) => lane.kill());
  }
}

function addInOrder(results: readonly ChunkResult[]): Record<string, Float64Array> {
  const sums: Record<string, Float64Array> = {};
  for (const result of results)
    for (const [name, values] of Object.entries(result.sums)) {
      const sum = (sums[name] ??= new Float64Array(values.length));
      for (let i = 0; i < values.length; i++) sum[i] += values[i];
    }
  return sums;
}

function join(results: readonly ChunkResult[]): Record<string, Float64Array> {
  const rows: Record<string, Float64Array> = {};
  for (const name of Object.keys(results[0]?.rows ?? {})) {
    const parts = results.map((result) => result.rows[name]);
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    rows[name] = all;
  }
  return rows;
}
