import type { OptimizerSettings } from '../contract/optimizer-settings';

type Averaging = NonNullable<OptimizerSettings['averaging']>;

/** What an average has come to: how many points it has seen, and their mean, where there is one. */
export interface AveragerState {
  readonly count: number;
  readonly mean: Float64Array | null;
}

/** A running average of the points of a run, in float64. */
export interface Averager {
  /** When {@link update} has something to do: after each step, or at the ends of epochs alone. */
  readonly each: 'step' | 'epoch';
  /** The point after `step` steps; `epoch` epochs are complete where the step has ended one, else undefined. */
  update(theta: ArrayLike<number>, step: number, epoch?: number): void;
  /** The average; undefined before its first point. */
  readonly value: Float64Array | undefined;
  state(): AveragerState;
  restore(state: AveragerState): void;
}

/**
 * Stochastic weight averaging, the plain mean of the points at the ends of every so many epochs (Izmailov et al. 2018),
 * or the exponential moving average a = decay a + (1 - decay) theta after each step. The first point is copied, as
 * PyTorch's AveragedModel and Keras' `use_ema` do.
 */
export function createAverager(settings: Averaging): Averager {
  return settings.kind === 'swa' ? new StochasticAverager(settings) : new ExponentialAverager(settings);
}

/** The mean moves towards each point by a share that the kind of average gives. */
abstract class RunningAverage implements Averager {
  abstract readonly each: 'step' | 'epoch';
  private count = 0;
  private mean: Float64Array | null = null;

  abstract update(theta: ArrayLike<number>, step: number, epoch?: number): void;

  get value(): Float64Array | undefined {
    return this.mean ?? undefined;
  }

  state(): AveragerState {
    return { count: this.count, mean: this.mean && this.mean.slice() };
  }

  restore({ count, mean }: AveragerState): void {
    this.count = count;
    this.mean = mean && mean.slice();
  }

  /** `share` of the point by the number of points seen before it. */
  protected take(theta: ArrayLike<number>, share: (before: number) => number): void {
    if (this.mean === null) this.mean = Float64Array.from(theta);
    else {
      const weight = share(this.count);
      for (let i = 0; i < this.mean.length; i++) this.mean[i] += weight * (theta[i] - this.mean[i]);
    }
    this.count++;
  }
}

class StochasticAverager extends RunningAverage {
  readonly each = 'epoch';

  constructor(private readonly settings: Extract<Averaging, { kind: 'swa' }>) {
    super();
  }

  update(theta: ArrayLike<number>, _: number, epoch?: number): void {
    const { fromEpoch, every } = this.settings;
    if (epoch === undefined || epoch < fromEpoch || (epoch - fromEpoch) % every !== 0) return;
    this.take(theta, (before) => 1 / (before + 1));
  }
}

class ExponentialAverager extends RunningAverage {
  readonly each = 'step';

  constructor(private readonly settings: Extract<Averaging, { kind: 'ema' }>) {
    super();
  }

  update(theta: ArrayLike<number>): void {
    this.take(theta, () => 1 - this.settings.decay);
  }
}
