import type { Progress } from '../../contract/progress';

/** One part of a job. */
export interface Stage {
  readonly name: string;
  /** The work expected of it, as it counts its work itself. */
  readonly work: number;
  /** What all of it takes, in some unit of time that the stages of a job share. */
  readonly weight: number;
}

/**
 * Turns work done into a fraction and a remaining time. Stages that need more or less than expected correct the
 * total as they end, so that the fraction never goes back.
 */
export class ProgressPlan {
  private readonly started = performance.now();
  private current = -1;
  private fraction = 0;
  private announced = false;

  constructor(
    private stages: readonly Stage[],
    private readonly report: (progress: Progress) => void,
  ) {}

  /** Begins the next stage of this name. */
  enter(name: string): void {
    this.current = this.stages.findIndex((stage, i) => i > this.current && stage.name === name);
    if (this.current < 0) throw new RangeError(`no stage ${name} is left`);
    this.advance(0);
  }

  /** Other stages from here on, or better known ones; those that are behind us must have the same names. */
  revise(stages: readonly Stage[]): void {
    this.stages = stages;
  }

  /** The current stage will take so much work, which was not known before. */
  expect(work: number): void {
    this.stages = this.stages.map((stage, i) =>
      i === this.current ? { ...stage, work, weight: (stage.weight * work) / stage.work } : stage,
    );
  }

  /** Says what the whole takes, as far as it is known by now: the first time only. */
  announce(estimate: NonNullable<Progress['estimate']>): void {
    if (this.announced) return;
    this.announced = true;
    const { name } = this.stages[this.current];
    this.report({ stage: name, fraction: this.fraction, remainingSeconds: this.remaining(), estimate });
  }

  /** Work done in the current stage so far. */
  advance(work: number): void {
    const { name, work: expected, weight } = this.stages[this.current];
    // A stage that outlasts its estimate creeps towards its end instead of passing it.
    const share = work < expected * 0.9 ? work / expected : 1 - 0.1 * Math.exp(0.9 - work / expected);
    const sum = (stages: readonly Stage[]) => stages.reduce((total, each) => total + each.weight, 0);
    const done = sum(this.stages.slice(0, this.current)) + share * weight;
    this.fraction = Math.max(this.fraction, Math.min(1, done / sum(this.stages)));
    this.report({ stage: name, fraction: this.fraction, remainingSeconds: this.remaining() });
  }

  /** At the pace up to now. */
  private remaining(): number | undefined {
    const elapsed = (performance.now() - this.started) / 1000;
    return this.fraction > 0.02 ? (elapsed * (1 - this.fraction)) / this.fraction : undefined;
  }
}
