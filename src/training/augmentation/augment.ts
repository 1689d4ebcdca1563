import type { Random } from '../../core/random';

/** A batch as the model takes it: scaled, row after row. Labels are one-hot or targets where they are floats. */
export interface AugmentedBatch {
  readonly inputs: Float32Array | Float64Array;
  readonly labels: Float32Array | Float64Array | Int32Array;
  /** Rows that count; those behind them are padding. */
  readonly rows: number;
}

/** Changes a batch in place, by draws from the stream alone. */
export type Augment = (batch: AugmentedBatch, random: Random) => void;
