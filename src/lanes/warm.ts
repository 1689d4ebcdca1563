import { availableMemory } from '../machine/memory';
import type { Lane } from './lane';

/** How long a lane that nobody uses stays. */
export const REST_MILLISECONDS = 120_000;
/** What all lanes that rest may hold together, and what must be free beside them. */
const REST_BYTES = 1.5 * 2 ** 30;
export const LEAST_FREE = 1.5 * 2 ** 30;

/** A lane that rests, what it computed with last (nothing yet: undefined), and what it holds in bytes. */
interface Resting {
  readonly lane: Lane;
  readonly choice: string | undefined;
  readonly bytes: number;
}

/**
 * Lanes between two uses. They rest for two minutes with their native libraries loaded and the programs that they have
 * compiled, within a bound of memory; of a network they keep nothing. This is their one owner: who takes a lane gives
 * it back or kills it.
 */
export class WarmLanes {
  private resting: Resting[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param most lanes that may rest at once. */
  constructor(
    private readonly make: () => Lane,
    private readonly most: number,
    private readonly restMilliseconds = REST_MILLISECONDS,
  ) {}

  /** Lanes that rest now. */
  get size(): number {
    return this.resting.length;
  }

  /** Starts lanes ahead of their use, where fewer rest. */
  begin(count: number): void {
    this.bury();
    while (this.resting.length < Math.min(count, this.most)) this.rest(this.make(), undefined, 0);
  }

  /** A lane for this choice: one that computed with it, else one that has not computed, else a new one. */
  take(choice: string): Lane {
    this.bury();
    const found =
      this.resting.find((each) => each.choice === choice) ??
      this.resting.find((each) => each.choice === undefined);
    if (!found) return this.make();
    this.resting = this.resting.filter((each) => each !== found);
    return found.lane;
  }

  /** Takes a lane back that has answered all that it was asked; it is killed where that is too much. */
  async giveBack(lane: Lane, choice: string): Promise<void> {
    try {
      const { residentBytes } = await lane.request({ type: 'rest' });
      this.rest(lane, choice, residentBytes);
    } catch {
      lane.kill();
    }
  }

  /** Ends all lanes that rest. */
  clear(): void {
    clearTimeout(this.timer);
    for (const { lane } of this.resting.splice(0)) lane.kill();
  }

  private rest(lane: Lane, choice: string | undefined, bytes: number): void {
    this.resting.push({ lane, choice, bytes });
    const budget = availableMemory() > LEAST_FREE ? REST_BYTES : 0;
    const held = () => this.resting.reduce((sum, each) => sum + each.bytes, 0);
    while (this.resting.length > this.most || held() > budget) this.resting.shift()!.lane.kill();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.clear(), this.restMilliseconds);
    this.timer.unref();
  }

  /** Forgets those that have died. */
  private bury(): void {
    this.resting = this.resting.filter(({ lane }) => lane.isAlive);
  }
}
