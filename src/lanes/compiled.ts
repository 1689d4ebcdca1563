import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { Executable } from '../backends/backend';
import { peakLiveBytes } from '../autodiff/live-bytes';
import type { PackedProgram } from './packed-program';

/** A program that a lane holds, compiled or not. */
interface Held {
  readonly shape: PackedProgram;
  /** What it is, by its content. */
  readonly content: string;
  /** Live bytes, which a compiled one keeps between its runs. */
  readonly bytes: number;
  executable: Executable | undefined;
  /** Operators of its models when it was last compiled. */
  nodes: number;
}

/** A program ready to run. */
export interface Compiled {
  readonly shape: PackedProgram;
  readonly bytes: number;
  readonly executable: Executable;
}

/**
 * The programs of a lane. A compiled program keeps the memory of its values, so that those that have not run for longest
 * are given up where all together would take more than a budget; they are compiled again when they are asked for. Those of
 * an earlier network stay compiled within the same budget, and serve where a program of the same content is defined.
 */
export class CompiledPrograms {
  /** The one used last comes last. */
  private readonly programs = new Map<string, Held>();
  /** Compiled for networks before this one, the oldest first. */
  private earlier: Held[] = [];

  /** @param released hears of programs that are given up or replaced. */
  constructor(
    private readonly budget: number,
    private readonly compile: (program: PackedProgram) => Promise<Executable>,
    private readonly released: (key: string) => void,
  ) {}

  /** Holds a program under a key and compiles it. */
  async define(key: string, shape: PackedProgram): Promise<void> {
    await this.release(key);
    this.programs.delete(key);
    const content = createHash('sha256').update(serialize(shape)).digest('base64');
    const same = this.earlier.find((held) => held.content === content);
    this.earlier = this.earlier.filter((held) => held !== same);
    const bytes = same?.bytes ?? peakLiveBytes(shape.program);
    this.programs.set(key, { shape, content, bytes, executable: same?.executable, nodes: 0 });
    await this.get(key);
  }

  async get(key: string): Promise<Compiled> {
    const held = this.programs.get(key);
    if (!held) throw new Error(`a lane does not hold ${key}`);
    this.programs.delete(key);
    this.programs.set(key, held);
    if (!held.executable) await this.makeRoom(held);
    const { shape, bytes } = held;
    return { shape, bytes, executable: (held.executable ??= await this.compile(shape)) };
  }

  /** Operators of the models of all its programs, those that were given up too. */
  get nodes(): number {
    return [...this.programs.values()].reduce(
      (sum, { executable, nodes }) => sum + (executable?.nodes ?? nodes),
      0,
    );
  }

  /** Forgets all that is compiled, for it was for what has failed: programs are compiled anew when they are asked for. */
  abandon(): void {
    this.earlier = [];
    for (const held of this.programs.values()) held.executable = undefined;
  }

  /** The network is done with: what is compiled waits for another one. */
  async rest(): Promise<void> {
    const own = [...this.programs.values()].filter(({ executable }) => executable);
    this.programs.clear();
    this.earlier.push(...own);
    await this.makeRoom(undefined);
  }

  /** Gives up all that is compiled. */
  async clear(): Promise<void> {
    await this.rest();
    for (const { executable } of this.earlier.splice(0)) await executable!.dispose();
  }

  /** Gives up what was not used for longest until the others stay within the budget. */
  private async makeRoom(wanted: Held | undefined): Promise<void> {
    const others = [...this.programs].filter(([, held]) => held !== wanted && held.executable);
    let bytes = [...this.earlier, ...others.map(([, held]) => held)].reduce(
      (sum, held) => sum + held.bytes,
      0,
    );
    while (bytes > this.budget && this.earlier.length > 0) {
      const oldest = this.earlier.shift()!;
      bytes -= oldest.bytes;
      await oldest.executable!.dispose();
    }
    for (const [key, held] of others) {
      if (bytes <= this.budget) return;
      bytes -= held.bytes;
      await this.release(key);
    }
  }

  private async release(key: string): Promise<void> {
    const held = this.programs.get(key);
    if (!held?.executable) return;
    const { executable } = held;
    held.nodes = executable.nodes ?? 0;
    held.executable = undefined;
    this.released(key);
    await executable.dispose();
  }
}
