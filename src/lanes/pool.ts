import { CancelledError, throwIfCancelled } from '../core/errors';
import { identityOf } from '../core/identity';
import { type BackendChoice, isDevice } from '../backends/choice';
import { availableMemory } from '../machine/memory';
import type { PackedProgram } from './packed-program';
import { KEPT_BYTES, KEPT_SHARE } from './kept';
import { ComputeEnded, DeviceEnded, type Lane } from './lane';
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
  /** Flat vectors that it takes instead of those that lanes hold: the same object for all of one point. */
  readonly vectors?: Values;
  take(result: ChunkResult): void;
  isDone?: boolean;
}

/** Whose lanes they are. */
export interface LaneSource {
  /** A lane for this choice. */
  take(choice: string): Lane;
  giveBack(lane: Lane, choice: string): Promise<void>;
  /** Where the lanes are, as a sentence, where it is not here. */
  told?(lanes: readonly Lane[]): string;
  /** Hears of a lane that has ended while others go on, and says so; where it is left out, none goes on without it. */
  lost?(lane: Lane, reason: string): string;
}

/**
 * Compute lanes that share the chunks of the data: chunk i is lane i modulo the count, and sums are added in
 * float64 in the order of the rows whatever lane made them, so that neither the count of lanes nor the loss of one moves
 * a digit.
 */
export class LanePool {
  private peak = 0;
  private placed: Placed | undefined;
  private readonly programs = new Set<string>();
  private readonly owners = new Map<string, Lane>();
  /** Chunks as they are made again, where lanes may be lost. */
  private readonly makers = new Map<string, () => ChunkValues>();
  /** A lane has failed, or was left in the middle of its work. */
  private broken = false;
  private disposed = false;
  /** Where the lanes are, where it is not here, and which were lost. */
  readonly notes: string[] = [];

  private constructor(
    private readonly source: LaneSource,
    private readonly choice: string,
    private lanes: readonly Lane[],
    private readonly atFirst: Opened,
  ) {
    if (source.told) this.notes.push(source.told(lanes));
  }

  /** Takes lanes: the first finds the backend, the others follow it. `kept` is what they may keep of their chunks, in bytes. */
  static async open(
    source: LaneSource,
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
    const { atFirst, placed, notes } = this;
    if (!placed && notes.length === 0) return atFirst;
    return { ...atFirst, ...(placed ? { placed } : {}), ...(notes.length > 0 ? { elsewhere: notes } : {}) };
  }

  /** Largest resident memory of all lanes together, as last collected. */
  get peakMemoryBytes(): number {
    return this.peak;
  }

  hasProgram(key: string): boolean {
    return this.programs.has(key);
  }

  async define(key: string, program: PackedProgram): Promise<void> {
    await this.askAll({ type: 'program', key, program });
    this.programs.add(key);
  }

  /** Gives chunk number `index` to the lane that owns it. It may be made again later: what it is made of must stay. */
  async holdChunk(index: number, key: string, make: () => ChunkValues): Promise<void> {
    if (this.source.lost) this.makers.set(key, make);
    const lane = this.lanes[index % this.lanes.length];
    this.owners.set(key, lane);
    await this.unlessLost(lane, () => this.ask(lane, { type: 'chunk', key, chunk: make() }));
  }

  async holdVectors(values: Values): Promise<void> {
    await this.askAll({ type: 'vectors', values });
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
      const asks = chunks.map(({ key, validRows }, index): Ask => ({
        request: { type: 'run', program, chunk: key, validRows, accumulate },
        take: ({ sums, rows }) => (results[index] = { sums, rows: made(rows, index) }),
      }));
      await this.perform(asks, signal);
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
      const asks = points.flatMap((vectors, point) =>
        parts.flatMap(({ chunks, made }, part) =>
          chunks.map(({ key, validRows }, index): Ask => ({
            request: { type: 'run', program, chunk: key, validRows, accumulate: false },
            vectors,
            take: ({ rows }) => (results[point][part][index] = { sums: {}, rows: made(rows, index) }),
          })),
        ),
      );
      await this.perform(asks, signal);
      await this.collected();
      return results.map((ofParts) => ofParts.map(join));
    });
  }

  /** Has all asked of the lanes that own the chunks; what a lane did not answer before it was lost, of others. */
  private async perform(asks: readonly Ask[], signal: AbortSignal | undefined): Promise<void> {
    for (let open = asks; open.length > 0; open = open.filter(({ isDone }) => !isDone)) {
      await this.adopt(new Set(open.map(({ request }) => request.chunk)));
      const own = (lane: Lane) => open.filter(({ request }) => this.owners.get(request.chunk) === lane);
      await Promise.all(
        this.lanes.map((lane) => this.unlessLost(lane, () => this.work(lane, own(lane), signal))),
      );
    }
  }

  /** Asks one lane, the next before the reply comes, so that it never waits for us. */
  private async work(lane: Lane, asked: readonly Ask[], signal: AbortSignal | undefined): Promise<void> {
    const send = (i: number) => {
      if (i >= asked.length) return undefined;
      const { request, vectors } = asked[i];
      const isAnother = vectors && vectors !== asked[i - 1]?.vectors;
      const reply = this.ask(lane, isAnother ? { ...request, vectors } : request);
      // Whoever waits for it hears of its failure; nobody does after an earlier one.
      reply.catch(() => undefined);
      return reply;
    };
    let next = send(0);
    for (let i = 0; next; i++) {
      throwIfCancelled(signal);
      const running = next;
      next = send(i + 1);
      asked[i].take(await running);
      asked[i].isDone = true;
    }
  }

  /** Gives chunks of lanes that were lost to others. */
  private async adopt(chunks: ReadonlySet<string>): Promise<void> {
    const orphans = [...chunks].filter((key) => !this.lanes.includes(this.owners.get(key)!));
    await Promise.all(orphans.map((key, i) => this.holdChunk(i, key, this.makers.get(key)!)));
  }

  /** What lanes have added up since it was last asked; with one lane this is all there is. */
  private async collected(): Promise<PoolResult['sums']> {
    const collected = await this.askAll({ type: 'collect' });
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

  /** The replies of all lanes. */
  private async askAll<T extends LaneRequest['type']>(
    request: Extract<LaneRequest, { type: T }>,
  ): Promise<LaneReplies[T][]> {
    const replies = this.lanes.map((lane) =>
      this.unlessLost(lane, async () => ({ reply: await this.ask<T>(lane, request) })),
    );
    return (await Promise.all(replies)).flatMap((each) => (each ? [each.reply] : []));
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
      if (this.goesOnWithout(lane, error)) throw error;
      this.broken = true;
      if (error instanceof ComputeEnded && isDevice(this.atFirst.backend) && !this.placed?.lost)
        throw new DeviceEnded(error.message);
      throw error;
    }
  }

  /** What something with a lane gives; undefined where that was lost, and others go on. */
  private async unlessLost<T>(lane: Lane, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (this.lanes.includes(lane)) throw error;
      return undefined;
    }
  }

  /** Takes a lane out that has ended, where it may be lost and is not the last. */
  private goesOnWithout(lane: Lane, error: unknown): boolean {
    if (!(error instanceof ComputeEnded) || !this.source.lost || this.disposed) return false;
    const others = this.lanes.filter((each) => each !== lane);
    if (others.length === 0) return false;
    if (others.length < this.lanes.length) this.notes.push(this.source.lost(lane, error.message));
    this.lanes = others;
    return true;
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
