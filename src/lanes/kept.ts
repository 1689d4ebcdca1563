import type { Keeper, Kept } from '../backends/backend';
import { partOf, tensorPort } from './ports';

/** What all lanes together may keep of their chunks: a fixed number, so that the same run keeps the same. */
export const KEPT_BYTES = 2 ** 30;
/** The share of free memory that lanes may keep intermediate values in. */
export const KEPT_SHARE = 1 / 8;

/** What one program has kept. */
interface Held {
  /** Bytes of one chunk, all of which are alike; known after the first. */
  chunkBytes: number;
  point?: Kept;
  vectors?: Kept;
  readonly chunks: Map<string, Kept>;
}

/**
 * The parts of programs that a lane need not compute again. Those of chunks stay within a budget: the program that runs
 * may push out what others kept, and beyond the budget its chunks are computed anew each time. Digits do not depend on it.
 */
export class KeptParts {
  private readonly programs = new Map<string, Held>();
  private bytes = 0;

  constructor(private readonly budget: number) {}

  /** The memory of one program on one chunk. */
  keeper(program: string, chunk: string): Keeper {
    const held = this.programs.get(program) ?? { chunkBytes: 0, chunks: new Map<string, Kept>() };
    this.programs.set(program, held);
    return {
      hasRoom: held.chunks.has(chunk) || (held.chunks.size + 1) * held.chunkBytes <= this.budget,
      recall: (part) => (part === 'chunk' ? held.chunks.get(chunk) : part === 'all' ? undefined : held[part]),
      keep: (part, kept) => {
        if (part === 'point' || part === 'vectors') held[part] = kept;
        if (part === 'chunk') held.chunkBytes = kept.bytes;
        if (part === 'chunk' && this.makesRoom(kept.bytes, held)) {
          held.chunks.set(chunk, kept);
          this.bytes += kept.bytes;
        }
      },
    };
  }

  /** Forgets what depends on the named flat vectors, which have changed. */
  changed(vectors: readonly string[]): void {
    const parts = new Set(vectors.map((name) => partOf(tensorPort(name, ''))));
    if (parts.has('point')) this.clear();
    for (const held of this.programs.values()) delete held.vectors;
  }

  clear(): void {
    this.programs.clear();
    this.bytes = 0;
  }

  /** Forgets the program's parts: it is defined anew. */
  forget(program: string): void {
    const held = this.programs.get(program);
    if (held) this.drop(held);
    this.programs.delete(program);
  }

  private makesRoom(bytes: number, running: Held): boolean {
    if (bytes > this.budget) return false;
    for (const held of this.programs.values()) {
      if (this.bytes + bytes <= this.budget) return true;
      if (held !== running) this.drop(held);
    }
    return this.bytes + bytes <= this.budget;
  }

  private drop({ chunks }: Held): void {
    for (const kept of chunks.values()) this.bytes -= kept.bytes;
    chunks.clear();
  }
}
