import type { CurvatureRecord } from '../../contract/history';

/** Where a run stands when it is looked at. The vectors are read at once and may change afterwards. */
export interface Place {
  /** Parameters, flat, in the objective's order. */
  readonly theta: Float64Array;
  /** Running statistics and frozen tensors, flat. */
  readonly state: Float64Array;
  /** The optimizer's memory by the names of its slots, each as long as `theta`. */
  readonly slots: Readonly<Record<string, Float64Array>>;
  /** Steps taken so far; 0 at the start. */
  readonly step: number;
  /** The learning rate of this step. */
  readonly learningRate: number;
}

/** Measures the loss being descended along the way of a run. */
export interface Tracker {
  /** What was left out of the loss that is measured, a sentence each. */
  readonly notes: readonly string[];
  /**
   * The largest eigenvalues, or the batch sharpness where batches are smaller than the data, with the stability line.
   *
   * @throws CancelledError
   */
  measure(at: Place, signal?: AbortSignal): Promise<CurvatureRecord>;
  /**
   * tr Sigma / |g|^2 in rows, by the unbiased two-batch estimator; null where noise hides the gradient.
   *
   * @throws CancelledError
   */
  noiseScale(at: Place, signal?: AbortSignal): Promise<number | null>;
  /** Ends its lanes. */
  dispose(): void;
}
