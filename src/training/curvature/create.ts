import { largest } from '../../analysis/spectrum/largest';
import { BatchObjective } from '../../objective/evaluation/batches';
import type { Feeding } from '../../objective/evaluation/feeds';
import type { LaneChoice } from '../../lanes/open';
import type { Split } from '../../objective/data/split';
import { Objective, type Point } from '../../objective/evaluation/objective';
import type { Penalty } from '../../objective/programs/programs';
import { throwIfCancelled } from '../../core/errors';
import type { CurvatureRecord } from '../../contract/history';
import type { RunFile } from '../../contract/run-file';
import type { Optimizer } from '../optimizers/optimizer';
import { batchSharpness } from './batch-sharpness';
import { type Descended, descended, l2Penalty } from './descended';
import { estimateNoise, noiseBatches } from './noise-scale';
import { hessianOperator } from './hessian-operator';
import type { Place, Tracker } from './tracker';

export type { Place, Tracker } from './tracker';

export interface TrackerOptions extends Feeding, LaneChoice {
  /** `head` is the loss of training, label smoothing in. */
  readonly train: Split;
  /** The rows trained on: those set aside for validation are not among them. */
  readonly rows: Int32Array;
  readonly run: RunFile;
  readonly optimizer: Optimizer;
  /** Rows of a batch; the count of `rows` for full batches. */
  readonly batchSize: number;
  readonly signal: AbortSignal;
}

/**
 * What measures curvature along the way of a run, of the loss being descended: batch statistics where training uses
 * them, L2 and label smoothing in, dropout, noise and augmentation out.
 *
 * @throws UserError, CancelledError
 */
export function createTracker(options: TrackerOptions): Promise<Tracker> {
  throwIfCancelled(options.signal);
  return Promise.resolve(new CurvatureTracker(options));
}

/** Objectives are compiled when they are first asked for. */
class CurvatureTracker implements Tracker {
  readonly notes: readonly string[];
  private readonly descended: Descended;
  private readonly full: boolean;
  private readonly feeding: Omit<TrackerOptions, 'model'> & { model: Feeding['model']; penalty?: Penalty };
  private whole: Promise<Objective> | undefined;
  private batches: Promise<BatchObjective> | undefined;

  constructor(private readonly options: TrackerOptions) {
    const { model, rows, batchSize, run } = options;
    const l2 = run.regularization.l2 ?? 0;
    this.descended = descended(model);
    this.full = batchSize >= rows.length;
    this.feeding = {
      ...options,
      model: this.descended.model,
      ...(l2 > 0 ? { penalty: l2Penalty(l2) } : {}),
    };
    this.notes = notesOf(options, this.descended, this.full);
  }

  async measure(at: Place, signal = this.options.signal): Promise<CurvatureRecord> {
    const point = pointOf(at);
    return this.full ? this.eigenvalues(at, point, signal) : this.batchSharpness(at, point, signal);
  }

  async noiseScale(at: Place, signal = this.options.signal): Promise<number | null> {
    const { rows, batchSize, run } = this.options;
    const cut = noiseBatches(rows.length, batchSize);
    if (!cut) return null;
    const draw = { seed: run.seed, step: at.step };
    const point = pointOf(at);
    const objective = await this.batchObjective();
    const { trace, squared } = await estimateNoise(objective, { point, rows, batches: cut }, draw, signal);
    const scale = trace / squared;
    return squared > 0 && trace >= 0 && Number.isFinite(scale) ? scale : null;
  }

  dispose(): void {
    // A failure to open was told to whoever asked.
    for (const objective of [this.whole, this.batches])
      objective?.then(
        (opened) => opened.dispose(),
        () => undefined,
      );
  }

  private async eigenvalues(at: Place, point: Point, signal: AbortSignal): Promise<CurvatureRecord> {
    const { optimizer, run } = this.options;
    const { step, learningRate } = at;
    // Before the first step a preconditioner is not there yet, and its line says nothing of H.
    const conditioned = this.conditioned(at);
    const diagonal = conditioned && step > 0 ? optimizer.preconditioner(at.slots, step) : undefined;
    const comparable = !conditioned || step > 0;
    const objective = await this.wholeObjective();
    const operator = hessianOperator(objective, point, diagonal);
    const losses = await objective.losses('train', point, signal);
    // From a random start each time: one from the last eigenvector saves a product in ten, and stays with it where
    // another eigenvalue has overtaken it, which at the edge of stability happens often.
    const { pairs } = await largest(operator, { count: run.track?.top ?? 1, seed: run.seed, signal });
    return {
      step,
      largest: pairs.map(({ value }) => value),
      residual: Math.max(...pairs.map(({ value, residual }) => residual / (Math.abs(value) || 1))),
      threshold: comparable ? this.threshold(optimizer.threshold(learningRate)) : null,
      kind: diagonal ? 'preconditioned' : 'hessian',
      loss: losses.reduce((sum, value) => sum + value, 0) / losses.length,
    };
  }

  private async batchSharpness(at: Place, point: Point, signal: AbortSignal): Promise<CurvatureRecord> {
    const { rows, batchSize, run, optimizer } = this.options;
    const { step, learningRate } = at;
    const draw = { seed: run.seed, step };
    // 2/eta is where SGD settles; an optimizer that scales each parameter by itself has another, unknown line.
    const lineless = this.conditioned(at) || optimizer.threshold(learningRate) === null;
    const line = lineless ? null : 2 / learningRate;
    const objective = await this.batchObjective();
    const { loss, ...measured } = await batchSharpness(
      objective,
      { point, rows, size: batchSize },
      draw,
      signal,
    );
    const known = Number.isFinite(measured.value) && Number.isFinite(measured.standardError);
    return {
      step,
      largest: [],
      ...(known ? { batchSharpness: measured } : {}),
      threshold: this.threshold(line),
      kind: 'batch',
      loss,
    };
  }

  private conditioned({ slots, step }: Place): boolean {
    return this.options.optimizer.preconditioner(slots, Math.max(1, step)) !== undefined;
  }

  /** None under a sharpness-aware step, and where the rate is 0. */
  private threshold(line: number | null): number | null {
    if (this.options.run.optimizer.sharpnessAware) return null;
    return line !== null && Number.isFinite(line) ? line : null;
  }

  private wholeObjective(): Promise<Objective> {
    const { rows } = this.options;
    return (this.whole ??= Objective.create({
      ...this.feeding,
      trainRows: rows,
      // Rows that see each other are differentiated together.
      ...(this.descended.coupled ? { chunkRows: rows.length } : {}),
    }));
  }

  private batchObjective(): Promise<BatchObjective> {
    return (this.batches ??= BatchObjective.create(this.feeding));
  }
}

/** A copy: the run goes on while it is looked at. */
const pointOf = ({ theta, state }: Place): Point => ({ theta: theta.slice(), state: state.slice() });

function notesOf({ run, optimizer }: TrackerOptions, { noisy }: Descended, full: boolean): string[] {
  const augmented = Object.keys(run.augmentation ?? {}).length > 0;
  const left = [...(noisy ? ['dropout and noise'] : []), ...(augmented ? ['augmentation'] : [])];
  const line = optimizer.threshold(1) !== null && !run.optimizer.sharpnessAware;
  return [
    ...(left.length > 0
      ? [`The sharpness along the way is of the loss being descended without ${left.join(' and ')}.`]
      : []),
    ...(full
      ? []
      : [
          `With batches smaller than the data the sharpness is that of batches, E[g.Hg] / E|g|^2${line ? '; 2/learning rate is drawn for reference' : ''}.`,
        ]),
    ...(run.optimizer.sharpnessAware ? ['No stability line is drawn under a sharpness-aware step.'] : []),
  ];
}
