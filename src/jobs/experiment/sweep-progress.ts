import type { Progress } from '../../contract/progress';

/** One task of a sweep: tasks of a kind take time in proportion to their work. */
export interface Task {
  readonly kind: string;
  readonly work: number;
}

interface Rate {
  seconds: number;
  work: number;
}

/**
 * Where a sweep of many tasks stands. What a unit of work takes is learned from the tasks of its kind that have ended;
 * tasks that turn out to be done already cost nothing and teach nothing. The share done never goes back.
 */
export class SweepProgress {
  private readonly started: number;
  private readonly rates = new Map<string, Rate>();
  private readonly left: Set<number>;
  private current: { index: number; since: number; share: number } | undefined;
  private fraction = 0;

  constructor(
    private readonly tasks: readonly Task[],
    private readonly report: (progress: Progress) => void,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.started = now();
    this.left = new Set(tasks.keys());
  }

  begin(index: number, stage: string): void {
    this.current = { index, since: this.now(), share: 0 };
    this.tell(stage);
  }

  /** The share of the current task that is done. */
  advance(share: number, stage: string): void {
    if (this.current) this.current.share = share;
    this.tell(stage);
  }

  /** The current task has ended; `isNew` where it was worked on, and not found done. */
  end(isNew: boolean): void {
    if (!this.current) return;
    const { index, since } = this.current;
    this.current = undefined;
    this.left.delete(index);
    if (!isNew) return;
    const { kind, work } = this.tasks[index];
    const rate = this.rates.get(kind) ?? { seconds: 0, work: 0 };
    this.rates.set(kind, { seconds: rate.seconds + this.now() - since, work: rate.work + work });
  }

  /** Seconds a task will take, by those of its kind, else as long as all others on average; undefined before the first. */
  private secondsOf({ kind, work }: Task): number | undefined {
    const own = this.rates.get(kind);
    if (own && own.work > 0) return (own.seconds / own.work) * work;
    const all = [...this.rates.values()];
    if (all.length === 0) return undefined;
    const ended = this.tasks.length - this.left.size;
    return all.reduce((sum, { seconds }) => sum + seconds, 0) / Math.max(1, ended);
  }

  private tell(stage: string): void {
    const elapsed = this.now() - this.started;
    let remaining: number | undefined = 0;
    for (const index of this.left) {
      const whole = this.secondsOf(this.tasks[index]);
      const open = this.current?.index === index ? 1 - this.current.share : 1;
      remaining = whole === undefined || remaining === undefined ? undefined : remaining + whole * open;
    }
    const done =
      remaining === undefined
        ? (this.tasks.length - this.left.size + (this.current?.share ?? 0)) / this.tasks.length
        : elapsed / Math.max(elapsed + remaining, 1e-9);
    this.fraction = Math.max(this.fraction, Math.min(1, done));
    this.report({ stage, fraction: this.fraction, remainingSeconds: remaining });
  }
}
