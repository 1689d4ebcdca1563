import type { History } from '../contract/history';

/** The part of a series that is still open, as JSON. */
export interface OpenStretch {
  readonly sum: number;
  readonly count: number;
}

const MOST_STRETCHES = 2000;

/** The loss over a run: means over the steps of equal stretches, so that long runs stay short to draw. */
export class LossSeries {
  private readonly stretch: number;
  private sum = 0;
  private count = 0;

  /** `points` are those closed before, and are added to. */
  constructor(
    totalSteps: number,
    private readonly points: History['batchLoss'],
    open: OpenStretch = { sum: 0, count: 0 },
  ) {
    this.stretch = Math.max(1, Math.ceil(totalSteps / MOST_STRETCHES));
    ({ sum: this.sum, count: this.count } = open);
  }

  /** The loss of a step, counted from 1, and the rate it was taken at. */
  add(step: number, loss: number, learningRate: number): void {
    this.sum += loss;
    this.count++;
    if (step % this.stretch === 0) this.close(step, learningRate);
  }

  /** Ends the stretch under way; where none is, does nothing. */
  close(step: number, learningRate: number): void {
    if (this.count === 0) return;
    this.points.push({ step, loss: this.sum / this.count, learningRate });
    [this.sum, this.count] = [0, 0];
  }

  get open(): OpenStretch {
    return { sum: this.sum, count: this.count };
  }
}
