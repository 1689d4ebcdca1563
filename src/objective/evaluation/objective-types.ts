import type { Split } from '../data/split';
import type { Feeding } from './feeds';
import type { LaneChoice } from '../../lanes/open';
import type { Penalty } from '../programs/programs';

export type { RowValues } from './row-values';

export type SplitName = 'train' | 'test';

/** A place in parameter space. `state` is left out where the checkpoint's own statistics hold. */
export interface Point {
  readonly theta: Float64Array;
  readonly state?: Float64Array;
}

export interface ObjectiveOptions extends Feeding, LaneChoice {
  readonly train: Split;
  /** The training rows that make up the objective, in order. */
  readonly trainRows: Int32Array;
  readonly test?: Split;
  /** Added to the loss. */
  readonly penalty?: Penalty;
  /** Rows of a chunk, where rows see each other; by the model's need of memory if left out. */
  readonly chunkRows?: number;
  readonly signal?: AbortSignal;
}

/** What has been computed so far, and how long it took. */
export interface Cost {
  hvps: number;
  hvpMilliseconds: number;
  gradients: number;
  values: number;
  peakMemoryBytes: number;
}
