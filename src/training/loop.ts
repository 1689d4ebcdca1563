import { throwIfCancelled } from '../core/errors';
import type { EpochRecord, History } from '../contract/history';
import type { Progress } from '../contract/progress';
import type { RunFile } from '../contract/run-file';
import { type Averager, createAverager } from './averaging';
import { Cadence } from './cadence';
import type { Tracker } from './curvature/tracker';
import { EarlyStopping } from './early-stopping';
import type { Evaluation } from './evaluate';
import type { Vectors } from './lane/protocol';
import { LossSeries } from './loss-series';
import { type RunPoint, distance, widened } from './run-point';
import type { RunProgress } from './run-state';
import type { Schedule } from './schedules/schedule';
import { type StepFacts, stepScalars } from './step-program';
import type { Trainer } from './trainer';
import { POINT } from '../lanes/ports';

/** What the loop leaves to whoever runs it. */
export interface LoopHost {
  evaluate(point: RunPoint, signal: AbortSignal): Promise<Evaluation>;
  /** Writes a checkpoint under a name without ending and says what it is called. */
  writeCheckpoint(name: string, point: RunPoint): Promise<string>;
  /** Writes the state from which a run goes on. */
  writeState(progress: RunProgress, vectors: Vectors): Promise<void>;
  /** Throws where there is no sense in going on: the folder of the run is gone. */
  check(): Promise<void>;
  progress(progress: Progress): void;
  /** The history so far, at most some times a second. */
  partial(history: History): void;
}

export interface LoopOptions {
  readonly run: RunFile;
  readonly facts: StepFacts;
  readonly trainer: Trainer;
  readonly schedule: Schedule;
  readonly tracker?: Tracker;
  readonly totalSteps: number;
  /** The history as it begins; grows in place. */
  readonly history: History;
  readonly host: LoopHost;
  readonly signal: AbortSignal;
  /** Where an earlier process stopped. */
  readonly resumed?: { readonly progress: RunProgress; readonly vectors: Vectors };
}

/** A request of steps lasts about so long: the history moves, and cancelling is heard. */
const REQUEST_SECONDS = 0.2;
const MOST_STEPS = 2000;
const PARTIAL_MILLISECONDS = 300;
/** A state is written at the end of an epoch when the last is older than this many times what writing it took, and when a run stops. */
const STATE_SHARE = 10;
/** The end of a run, and why it ended. */
type Ending = 'complete' | 'diverged';

/**
 * Trains: takes the steps of a run in order, looks at the network at the ends of epochs, and keeps the history. Going on
 * from a state gives the very digits of a run that was never interrupted.
 */
export class TrainingLoop {
  private step = 0;
  private epochs = 0;
  private seconds = 0;
  private epochSeconds = 0;
  private readonly origin: Float64Array;
  private readonly cadence: Cadence;
  private readonly series: LossSeries;
  private readonly stopping: EarlyStopping | undefined;
  private readonly averager: Averager | undefined;
  private best: RunPoint | undefined;
  private stop = false;
  private isEnding = false;
  private chunk = 1;
  private begun = { time: performance.now(), step: 0 };
  private lastPartial = 0;
  private lastState = { written: 0, took: 0 };

  constructor(private readonly options: LoopOptions) {
    const { run, trainer, totalSteps, history, resumed, schedule } = options;
    this.origin = trainer.start().theta;
    this.cadence = new Cadence(run, totalSteps, trainer.stepsPerEpoch);
    this.series = new LossSeries(totalSteps, history.batchLoss, resumed?.progress.stretch);
    if (run.earlyStopping)
      this.stopping = new EarlyStopping(run.earlyStopping, resumed?.progress.stopping ?? undefined);
    if (run.optimizer.averaging?.kind === 'swa') this.averager = createAverager(run.optimizer.averaging);
    if (!resumed) return;
    const { progress, vectors } = resumed;
    ({ step: this.step, epochs: this.epochs, stop: this.stop } = progress);
    ({ seconds: this.seconds, epochSeconds: this.epochSeconds } = progress);
    schedule.restore(progress.schedule);
    this.averager?.restore({
      count: progress.averaged,
      mean: vectors.swa ? Float64Array.from(vectors.swa) : null,
    });
    if (vectors['best/theta'])
      this.best = { theta: widened(vectors['best/theta']), state: widened(vectors['best/state']) };
  }

  /**
   * Trains to the end. On cancelling writes the state first.
   * @throws CancelledError
   */
  async run(): Promise<History> {
    const { trainer, resumed, signal } = this.options;
    await trainer.restore(resumed ? trainingVectors(resumed.vectors) : trainer.start());
    try {
      if (this.epochs === 0 && this.options.history.epochs.length === 0) {
        await this.save();
        await this.record(0);
      }
      const ending = await this.train();
      throwIfCancelled(signal);
      this.isEnding = true;
      return await this.end(ending);
    } catch (error) {
      // An average may have taken the place of the run's own parameters by then.
      if (signal.aborted && !this.isEnding) await this.save();
      throw error;
    }
  }

  private async train(): Promise<Ending> {
    const { trainer, totalSteps, signal, history, host, schedule } = this.options;
    this.begun = { time: performance.now(), step: this.step };
    while (!this.stop) {
      throwIfCancelled(signal);
      await this.track();
      const epoch = this.cadence.nextLook(this.epochs);
      const epochEnd = Math.min(epoch * trainer.stepsPerEpoch, totalSteps);
      if (this.step >= epochEnd && this.step > 0) {
        await this.endEpoch(epoch);
        continue;
      }
      const limit = Math.min(epochEnd, this.cadence.nextTracked(this.step));
      const until = this.untilFor(limit);
      const rates = new Map<number, number>();
      for (let step = this.step; step < until; step++) rates.set(step, schedule.rate(step));
      const { losses, seconds } = await trainer.steps(
        this.step,
        until,
        (step) => stepScalars(this.options.facts, step, rates.get(step)!),
        limit,
      );
      for (const loss of losses) {
        const rate = rates.get(this.step)!;
        this.step++;
        if (!Number.isFinite(loss)) {
          this.series.close(this.step, rate);
          await this.writeBest();
          const word = Number.isNaN(loss) ? 'no number any more' : 'infinite';
          history.notes.push(
            `The loss is ${word} at step ${this.step}: the run ended there. Try a smaller learning rate.`,
          );
          return 'diverged';
        }
        this.series.add(this.step, loss, rate);
      }
      this.seconds += seconds;
      this.epochSeconds += seconds;
      this.pace(losses.length, seconds);
      this.tell();
      host.progress(this.progressAt());
      await host.check();
    }
    return 'complete';
  }

  /** The end of the next request: whole groups of steps, about as many as fit its time. */
  private untilFor(limit: number): number {
    let until = this.step;
    do until += this.options.trainer.together(until, limit);
    while (until < Math.min(limit, this.step + this.chunk));
    return until;
  }

  /** Steps of the next request, by how long the last took; which steps go together moves no digit. */
  private pace(steps: number, seconds: number): void {
    const fitting = Math.floor((REQUEST_SECONDS * steps) / Math.max(seconds, 1e-6));
    this.chunk = Math.max(1, Math.min(fitting, 2 * this.chunk, MOST_STEPS));
  }

  private progressAt(): Progress {
    const { totalSteps, trainer, run } = this.options;
    const fraction = this.step / totalSteps;
    const elapsed = (performance.now() - this.begun.time) / 1000;
    const done = this.step - this.begun.step;
    const stage =
      run.epochs === undefined || trainer.stepsPerEpoch === 1
        ? `step ${this.step} of ${totalSteps}`
        : `epoch ${Math.min(Math.floor(this.step / trainer.stepsPerEpoch) + 1, run.epochs)} of ${run.epochs}`;
    return {
      stage,
      fraction,
      remainingSeconds: done > 0 ? (elapsed / done) * (totalSteps - this.step) : undefined,
    };
  }

  private tell(now = false): void {
    const time = performance.now();
    if (!now && time - this.lastPartial < PARTIAL_MILLISECONDS) return;
    this.lastPartial = time;
    this.options.history.seconds = this.seconds;
    this.options.host.partial(this.options.history);
  }

  private async track(): Promise<void> {
    const { tracker, history, signal, schedule, totalSteps } = this.options;
    if (!tracker || !this.cadence.isTracked(this.step)) return;
    if (history.curvature.some(({ step }) => step === this.step)) return;
    const learningRate = schedule.rate(Math.min(this.step, totalSteps - 1));
    history.curvature.push(await tracker.measure({ ...(await this.place()), learningRate }, signal));
    this.tell(true);
  }

  private async place() {
    const vectors = await this.options.trainer.snapshot();
    const slots = Object.entries(vectors).flatMap(([name, data]) =>
      name.startsWith('slot/') ? [[name.slice('slot/'.length), widened(data)] as const] : [],
    );
    const { theta, state } = vectors;
    return {
      theta: widened(theta),
      state: widened(state),
      slots: Object.fromEntries(slots),
      step: this.step,
    };
  }

  /**
   * Looks at the network after an epoch, and decides whether to go on. All that can be cancelled comes first: an epoch is
   * ended once.
   */
  private async endEpoch(number: number): Promise<void> {
    const { run, history, schedule, totalSteps, host, signal } = this.options;
    const isLast = this.step >= totalSteps;
    const point = await this.point();
    const needed = this.cadence.judges || isLast || this.cadence.isRecorded(number);
    const evaluation = needed ? await host.evaluate(point, signal) : undefined;
    const record = evaluation && (await this.recordOf(number, point, evaluation));
    throwIfCancelled(signal);
    let ends = isLast;
    if (evaluation) {
      const watched = (evaluation.validation ?? evaluation.train).loss;
      const observed = this.stopping?.observe(number, watched);
      if (observed?.isBest && run.earlyStopping?.restoreBest) this.best = point;
      schedule.observe(watched);
      ends ||= observed?.stop ?? false;
      ends ||= run.targetLoss !== undefined && evaluation.train.loss <= run.targetLoss;
    }
    this.averager?.update(point.theta, this.step, number);
    if (record && (ends || this.cadence.isRecorded(number))) {
      record.checkpoint = await this.writeEpoch(number, point, ends);
      history.epochs.push(record);
      this.epochSeconds = 0;
    }
    this.epochs = number;
    if (ends && !isLast) history.notes.push(this.whyEnded(number));
    this.stop = ends;
    this.tell(true);
    const { written, took } = this.lastState;
    if (performance.now() - written > STATE_SHARE * took) await this.save();
  }

  /** The checkpoint of an epoch, if it is kept, as the last always is; then the best ones, where early stopping goes back. */
  private async writeEpoch(epoch: number, point: RunPoint, isLast: boolean): Promise<string | undefined> {
    if (!isLast && !this.cadence.isKept(epoch)) return undefined;
    const name = await this.options.host.writeCheckpoint(epochName(epoch), point);
    if (isLast && this.stopping?.bestEpoch !== epoch) await this.writeBest();
    return name;
  }

  /** The checkpoint that early stopping goes back to, where it does. */
  private async writeBest(): Promise<void> {
    const { history, host } = this.options;
    const bestEpoch = this.stopping?.bestEpoch;
    if (!this.best || bestEpoch === undefined) return;
    const name = await host.writeCheckpoint('best', this.best);
    history.bestEpoch = bestEpoch;
    history.best = name;
    history.notes.push(
      `The validation loss was lowest after epoch ${bestEpoch}: ${name} holds the parameters of then.`,
    );
  }

  private whyEnded(epoch: number): string {
    const { targetLoss } = this.options.run;
    const { epochs } = this.options.history;
    return targetLoss !== undefined && epochs[epochs.length - 1].train.loss <= targetLoss
      ? `The training loss reached the target of ${targetLoss} after epoch ${epoch}.`
      : `Early stopping ended the run after epoch ${epoch}.`;
  }

  private async point(): Promise<RunPoint> {
    const { theta, state } = await this.options.trainer.snapshot(Object.values(POINT));
    return { theta: widened(theta), state: widened(state) };
  }

  /** The record and checkpoint of the start. */
  private async record(epoch: 0): Promise<void> {
    const { history, host, signal } = this.options;
    const point = await this.point();
    const record = await this.recordOf(epoch, point, await host.evaluate(point, signal));
    record.checkpoint = await host.writeCheckpoint(epochName(epoch), point);
    history.epochs.push(record);
    this.tell(true);
  }

  private async recordOf(epoch: number, point: RunPoint, evaluation: Evaluation): Promise<EpochRecord> {
    const { schedule, tracker, signal } = this.options;
    const learningRate = schedule.rate(Math.max(0, this.step - 1));
    const noiseScale =
      tracker && (await tracker.noiseScale({ ...(await this.place()), learningRate }, signal));
    return {
      epoch,
      step: this.step,
      learningRate,
      ...evaluation,
      distance: distance(point.theta, this.origin),
      ...(noiseScale === undefined ? {} : { noiseScale }),
      seconds: this.epochSeconds,
    };
  }

  /** The last files of a run. */
  private async end(ending: Ending): Promise<History> {
    const { history, schedule } = this.options;
    this.series.close(this.step, schedule.rate(Math.max(0, this.step - 1)));
    if (ending === 'complete') await this.writeAverage();
    history.status = ending;
    history.seconds = this.seconds;
    return history;
  }

  /** The averaged network, with batch norm's statistics of its own. */
  private async writeAverage(): Promise<void> {
    const { run, trainer, facts, history, host } = this.options;
    const { averaging } = run.optimizer;
    if (!averaging) return;
    const { average } = averaging.kind === 'ema' ? await trainer.snapshot(['average']) : {};
    const theta = average ? widened(average) : this.averager?.value;
    if (!theta) {
      history.notes.push('The run ended before its average began: there is no averaged checkpoint.');
      return;
    }
    const { state } = await this.point();
    if (trainer.hasStatistics) {
      await trainer.restore({ theta });
      const means = await trainer.statistics();
      for (const { name, offset } of facts.statistics) if (means[name]) state.set(means[name], offset);
    }
    const name = await host.writeCheckpoint('averaged', { theta, state });
    const again = trainer.hasStatistics
      ? ', with batch norm statistics estimated anew over the training rows'
      : '';
    history.notes.push(`${name} holds the average of the run (${averaging.kind})${again}.`);
  }

  /** Where the run stands, besides its vectors. */
  get progress(): RunProgress {
    return {
      step: this.step,
      epochs: this.epochs,
      stop: this.stop,
      schedule: this.options.schedule.state(),
      stopping: this.stopping?.state ?? null,
      stretch: this.series.open,
      averaged: this.averager?.state().count ?? 0,
      seconds: this.seconds,
      epochSeconds: this.epochSeconds,
      history: this.options.history,
    };
  }

  /** Writes everything from which the run goes on. */
  private async save(): Promise<void> {
    const { trainer, host } = this.options;
    const started = performance.now();
    const mean = this.averager?.state().mean;
    await host.writeState(this.progress, {
      ...(await trainer.snapshot()),
      ...(mean ? { swa: mean } : {}),
      ...(this.best ? { 'best/theta': this.best.theta, 'best/state': this.best.state } : {}),
    });
    const written = performance.now();
    this.lastState = { written, took: written - started };
  }
}

const epochName = (epoch: number): string => `epoch-${String(epoch).padStart(3, '0')}`;

/** What the trainer keeps, of a state's vectors. */
const trainingVectors = (vectors: Vectors): Vectors =>
  Object.fromEntries(Object.entries(vectors).filter(([name]) => name !== 'swa' && !name.startsWith('best/')));
