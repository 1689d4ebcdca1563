import type { Executable } from '../backends/backend';
import { peakLiveBytes } from '../autodiff/live-bytes';
import type { PackedProgram } from './packed-program';

/** A program that a lane holds, compiled or not. */
interface Held {
  readonly shape: PackedProgram;
  /** Live bytes, which a compiled one keeps between its runs. */
  readonly bytes: number;
  executable: Executable | undefined;
}

/** A program ready to run. */
export interface Compiled {
  readonly shape: PackedProgram;
  readonly bytes: number;
  readonly executable: Executable;
}

/**
 * The programs of a lane. A compiled program keeps the memory of its values, so that those that have not run for longest
 * are given up where all together would take more than a budget; they are compiled again when they are asked for.
 */
export class CompiledPrograms {
  /** The one used last comes last. */
  private readonly programs = new Map<string, Held>();

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
    this.programs.set(key, { shape, bytes: peakLiveBytes(shape.program), executable: undefined });
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

  /** Gives up what was not used for longest until the others stay within the budget. */
  private async makeRoom(wanted: Held): Promise<void> {
    const others = [...this.programs].filter(([, held]) => held !== wanted && held.executable);
    let bytes = others.reduce((sum, [, held]) => sum + held.bytes, 0);
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
    held.executable = undefined;
    this.released(key);
    await executable.dispose();
  }
}
