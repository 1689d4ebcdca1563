import { CancelledError, throwIfCancelled } from '../core/errors';
import { identityOf } from '../core/identity';
import { type BackendChoice, isDevice } from '../backends/choice';
import { availableMemory } from '../machine/memory';
import type { PackedProgram } from './packed-program';
import { KEPT_BYTES } from './kept';
import { ComputeEnded, DeviceEnded, type Lane } from './lane';
import type { WarmLanes } from './warm';
import type {
  ChunkResult,
  ChunkValues,
  LaneReplies,
  LaneRequest,
  Opened,
  Placed,
  RowArrays,
  Values,
} from './protocol';

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

/** Chunks whose rows are joined, and what is made of each. */
export interface PartOfData {
  readonly chunks: readonly HeldChunk[];
  readonly made: RowsOfChunk;
}

/** One request, and what becomes of its reply. */
interface Ask {
  readonly request: Extract<LaneRequest, { type: 'run' }>;
  take(result: ChunkResult): void;
}

/** A chunk that is a lane's own, and its place among all. */
interface OwnChunk {
  readonly chunk: HeldChunk;
  readonly index: number;
}

/** The share of free memory that lanes may keep intermediate values in. */
const KEPT_SHARE = 1 / 8;

/**
 * Compute lanes that share the chunks of the data: chunk i is always lane i modulo the count, and sums are added in
 * float64 in the order of the rows whatever lane made them, so that the count of lanes moves no digit.
 */
export class LanePool {
  private peak = 0;
  private placed: Placed | undefined;
  private readonly programs = new Set<string>();
  /** A lane has failed, or was left in the middle of its work. */
  private broken = false;
  private disposed = false;

  private constructor(
    private readonly source: Pick<WarmLanes, 'take' | 'giveBack'>,
    private readonly choice: string,
    private readonly lanes: readonly Lane[],
    private readonly atFirst: Opened,
  ) {}

  /** Takes lanes: the first finds the backend, the others follow it. `kept` is what they may keep of their chunks, in bytes. */
  static async open(
    source: Pick<WarmLanes, 'take' | 'giveBack'>,
    count: number,
    choice: BackendChoice,
    kept = KEPT_BYTES,
  ): Promise<LanePool> {
    const name = identityOf(choice);
    const make = () => source.take(name);
    const lanes: Lane[] = [make()];
    try {
      const keptBytes = Math.floor(Math.min(kept, KEPT_SHARE * availableMemory()) / count);
      const opened = await lanes[0].request({ type: 'open', choice, keptBytes });
      const same = { ...choice, names: [opened.backend] as BackendChoice['names'] };
      while (lanes.length < count) lanes.push(make());
      await Promise.all(
        lanes.slice(1).map((lane) => lane.request({ type: 'open', choice: same, keptBytes })),
      );
      return new LanePool(source, name, lanes, opened);
    } catch (error) {
      lanes.forEach((lane) => lane.kill());
      throw error;
    }
  }

  /** May it be used further? */
  get isAlive(): boolean {
    return !this.disposed && !this.broken && this.lanes.every((lane) => lane.isAlive);
  }

  /** What computes, and where. */
  get opened(): Opened {
    return this.placed ? { ...this.atFirst, placed: this.placed } : this.atFirst;
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
    await Promise.all(this.lanes.map((lane) => this.ask(lane, { type: 'program', key, program })));
    this.programs.add(key);
  }

  /** Gives chunk number `index` to the lane that owns it. */
  async holdChunk(index: number, key: string, chunk: ChunkValues): Promise<void> {
    await this.ask(this.lanes[index % this.lanes.length], { type: 'chunk', key, chunk });
  }

  async holdVectors(values: Values): Promise<void> {
    await Promise.all(this.lanes.map((lane) => this.ask(lane, { type: 'vectors', values })));
  }

  /** Runs a program over chunks. On cancel the lanes are killed: native code hears nothing else. */
  run(
    program: string,
    chunks: readonly HeldChunk[],
    signal: AbortSignal | undefined,
    made: RowsOfChunk = (rows) => rows,
  ): Promise<PoolResult> {
    const accumulate = this.lanes.length === 1;
    const results: ChunkResult[] = [];
    return this.untilCancelled(signal, async () => {
      await this.eachLane(signal, (own) =>
        own(chunks).map(({ chunk: { key, validRows }, index }): Ask => ({
          request: { type: 'run', program, chunk: key, validRows, accumulate },
          take: ({ sums, rows }) => (results[index] = { sums, rows: made(rows, index) }),
        })),
      );
      const sums = await this.collected();
      return { sums: accumulate ? sums : addInOrder(results), rows: join(results) };
    });
  }

  /**
   * The rows that a program gives of parts of the data at several points, whose flat vectors the lanes get with their first
   * chunk of each: they go from one point to the next without waiting for the others. For each point, the rows of each part.
   */
  rowsAt(
    program: string,
    points: readonly Values[],
    parts: readonly PartOfData[],
    signal: AbortSignal | undefined,
  ): Promise<PoolResult['rows'][][]> {
    const results = points.map(() => parts.map((): ChunkResult[] => []));
    return this.untilCancelled(signal, async () => {
      await this.eachLane(signal, (own) =>
        points.flatMap((vectors, point) =>
          parts
            .flatMap(({ chunks, made }, part) => own(chunks).map((held) => ({ ...held, made, part })))
            .map(({ chunk: { key, validRows }, index, made, part }, i): Ask => ({
              request: {
                ...{ type: 'run', program, chunk: key, validRows, accumulate: false },
                ...(i === 0 ? { vectors } : {}),
              },
              take: ({ rows }) => (results[point][part][index] = { sums: {}, rows: made(rows, index) }),
            })),
        ),
      );
      await this.collected();
      return results.map((ofParts) => ofParts.map(join));
    });
  }

  /** Asks every lane for what is its own, the next before the reply comes, so that a lane never waits for us. */
  private async eachLane(
    signal: AbortSignal | undefined,
    asks: (own: (chunks: readonly HeldChunk[]) => readonly OwnChunk[]) => readonly Ask[],
  ): Promise<void> {
    const owned = (first: number) => (chunks: readonly HeldChunk[]) =>
      chunks
        .map((chunk, index) => ({ chunk, index }))
        .filter(({ index }) => index % this.lanes.length === first);
    await Promise.all(
      this.lanes.map(async (lane, first) => {
        const asked = asks(owned(first));
        const send = (i: number) => {
          const reply = i < asked.length ? this.ask(lane, asked[i].request) : undefined;
          // Whoever waits for it hears of its failure; nobody does after an earlier one.
          reply?.catch(() => undefined);
          return reply;
        };
        let next = send(0);
        for (let i = 0; next; i++) {
          throwIfCancelled(signal);
          const running = next;
          next = send(i + 1);
          asked[i].take(await running);
        }
      }),
    );
  }

  /** What lanes have added up since it was last asked; with one lane this is all there is. */
  private async collected(): Promise<PoolResult['sums']> {
    const collected = await Promise.all(this.lanes.map((lane) => this.ask(lane, { type: 'collect' })));
    this.peak = Math.max(
      this.peak,
      collected.reduce((sum, each) => sum + each.peakMemoryBytes, 0),
    );
    this.placed = collected[0].placed;
    return collected[0].sums;
  }

  private async untilCancelled<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal);
    const kill = () => this.end();
    signal?.addEventListener('abort', kill, { once: true });
    try {
      return await work();
    } catch (error) {
      throw signal?.aborted ? new CancelledError() : error;
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }

  /** Gives the lanes back, or ends them where one has failed. Nothing is asked of them from here on. */
  dispose(): void {
    if (this.broken) return this.end();
    if (this.disposed) return;
    this.disposed = true;
    for (const lane of this.lanes) void this.source.giveBack(lane, this.choice);
  }

  private end(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.lanes.forEach((lane) => lane.kill());
  }

  /** One request. After a failure the lanes are not used again, for others of them may have more to do. */
  private async ask<T extends LaneRequest['type']>(
    lane: Lane,
    request: Extract<LaneRequest, { type: T }>,
  ): Promise<LaneReplies[T]> {
    if (this.disposed) throw new Error('the lanes were given back');
    try {
      return await lane.request<T>(request);
    } catch (error) {
      this.broken = true;
      if (error instanceof ComputeEnded && isDevice(this.atFirst.backend) && !this.placed?.lost)
        throw new DeviceEnded(error.message);
      throw error;
    }
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
