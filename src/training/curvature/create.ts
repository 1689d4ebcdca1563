import type { BackendName } from '../../backends/create';
import type { Model } from '../../layers/model';
import type { Rearrangement, Scaling, Split } from '../../objective/data';
import type { LossHead } from '../../objective/programs';
import type { RunFile } from '../../shared/run-file';
import type { Optimizer } from '../optimizers/optimizer';
import type { Tracker } from './tracker';

export type { Place, Tracker } from './tracker';

export interface TrackerOptions {
  readonly model: Model;
  /** The loss of training, label smoothing in. */
  readonly head: LossHead;
  readonly train: Split;
  /** The rows trained on: those set aside for validation are not among them. */
  readonly rows: Int32Array;
  readonly scaling: Scaling;
  readonly rearrangement: Rearrangement;
  readonly backend: BackendName | 'auto';
  readonly tensorflowPath?: string;
  /** Compute in this process: for tests. */
  readonly local?: boolean;
  readonly run: RunFile;
  readonly optimizer: Optimizer;
  /** Rows of a batch; the count of `rows` for full batches. */
  readonly batchSize: number;
  readonly signal: AbortSignal;
}

/**
 * What measures curvature along the way of a run.
 *
 * @throws UserError, CancelledError
 */
export function createTracker(options: TrackerOptions): Promise<Tracker> {
  return Promise.reject(new Error(`the curvature of ${options.model.name} is not measured yet`));
}
