import { REST_MILLISECONDS } from '../../lanes/warm';
import type { Problem } from './problem';

/** Something open, and what it was made of. */
interface Left {
  readonly content: string;
  readonly problem: Problem;
  readonly timer: NodeJS.Timeout;
}

/**
 * The problem that an estimate leaves for the run that it was made for: one at most, which waits for two minutes. It is
 * its owner until it is taken, and gives it up as soon as another problem is opened.
 */
export class LeftProblem {
  private left: Left | undefined;

  get isThere(): boolean {
    return this.left !== undefined;
  }

  /** Keeps a problem in place of what was left before. */
  leave(content: string, problem: Problem): void {
    this.release();
    const timer = setTimeout(() => this.release(), REST_MILLISECONDS);
    timer.unref();
    this.left = { content, problem, timer };
  }

  /** The problem that is made of this, which is then its taker's; what else was left is given up. */
  take(content: string | undefined): Problem | undefined {
    const { left } = this;
    if (!left || left.content !== content || !left.problem.objective.isAlive) {
      this.release();
      return undefined;
    }
    clearTimeout(left.timer);
    this.left = undefined;
    return left.problem;
  }

  /** Gives up what was left. */
  release(): void {
    if (!this.left) return;
    clearTimeout(this.left.timer);
    this.left.problem.objective.dispose();
    this.left = undefined;
  }
}

/** That of this process. */
export const leftProblem = new LeftProblem();
