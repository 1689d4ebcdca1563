import { HUGE } from '../../core/large';
import type { LongVector, Vector } from '../../core/long-vector';
import { collectGarbage } from '../../machine/collect-garbage';
import { Scratch } from '../../machine/scratch';

/** Windows keeps the name of a file that is open. */
const canRest = process.platform !== 'win32';

/** Where vectors wait for their next use. */
export class Resting {
  private readonly scratch = new Scratch();

  /** @param most numbers of a vector that stays in memory. */
  constructor(private readonly most = HUGE) {}

  /** Are vectors of this length put into the file? */
  takes(length: number): boolean {
    return length > this.most && canRest;
  }

  /**
   * Puts a vector down: a long one in a file, in float32, since memory has no room for many.
   * @throws UserError where the file cannot be written.
   */
  put(vector: Vector): LongVector {
    if (!this.takes(vector.length)) return vector;
    const stored = this.scratch.store(vector);
    this.tidy(vector.length);
    return stored;
  }

  /** Gives back vectors of this length that nobody uses any more, where they are long. */
  tidy(length: number): void {
    if (this.takes(length)) collectGarbage();
  }

  /** Bytes that vectors may take there. */
  get room(): number {
    return this.scratch.room;
  }

  /** Gives up all that rests. */
  dispose(): void {
    this.scratch.dispose();
  }
}
