/** An eigenvalue found by an iteration, with its numeric error. */
export interface EigenEstimate {
  readonly value: number;
  /** |H y - value y| for the unit vector y found. */
  readonly residual: number;
  /** At least one eigenvalue lies within this distance of `value`. */
  readonly errorBound: number;
  readonly converged: boolean;
}

export interface EigenPair extends EigenEstimate {
  /** Of unit length. */
  readonly vector: Float64Array;
}
