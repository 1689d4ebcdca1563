import type { Progress } from '../shared/progress';

/** One part of a job: its share of the work in some unit (Hessian-vector products), as expected. */
export interface Stage {
  readonly name: string;
  readonly work: number;
}

/**
 * Turns work done into a fraction and a remaining time. Stages that need more or less than expected correct the
 * total as they end, so that the fraction never goes back.
 */
export class ProgressPlan {
  private readonly started = performance.now();
  private current = -1;
  private within = 0;
  private fraction = 0;

  constructor(
    private stages: readonly Stage[],
    private readonly report: (progress: Progress) => void,
  ) {}

  /** Begins the next stage of this name. */
  enter(name: string): void {
    this.current = this.stages.findIndex((stage, i) => i > this.current && stage.name === name);
    if (this.current < 0) throw new RangeError(`no stage ${name} is left`);
    this.within = 0;
    this.advance(0);
  }

  /** Other stages from here on; those that are behind us must be the same. */
  revise(stages: readonly Stage[]): void {
    this.stages = stages;
  }

  /** Work done in the current stage so far. */
  advance(work: number): void {
    const stage = this.stages[this.current];
    // A stage that outlasts its estimate creeps towards its end instead of passing it.
    this.within = work < stage.work * 0.9 ? work : stage.work * (1 - 0.1 * Math.exp(0.9 - work / stage.work));
    const total = this.stages.reduce((sum, each) => sum + each.work, 0);
    const skipped = this.stages.slice(0, this.current).reduce((sum, each) => sum + each.work, 0);
    this.fraction = Math.max(this.fraction, Math.min(1, (skipped + this.within) / total));
    const elapsed = (performance.now() - this.started) / 1000;
    const remaining = this.fraction > 0.02 ? (elapsed * (1 - this.fraction)) / this.fraction : undefined;
    this.report({ stage: stage.name, fraction: this.fraction, remainingSeconds: remaining });
  }
}
