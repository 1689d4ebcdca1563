import type { LongVector } from '../../core/long-vector';

/** An eigenvalue found by an iteration, with its numeric error. */
export interface EigenEstimate {
  readonly value: number;
  /** |H y - value y| for the unit vector y found. */
  readonly residual: number;
  /** The eigenvalue of this rank lies within this distance of `value`. */
  readonly errorBound: number;
  readonly converged: boolean;
}

/** The residual's share of a value, and of the operator's norm where the value is zero, at which it has converged. */
export const TOLERANCE = 1e-3;
export const FLOOR = 1e-6;
/** The same for products in float64. */
export const FLOOR_64 = 1e-12;

/** The error that an eigenvalue may have and count as converged, in an operator of norm `size`. */
export const allowedError = (value: number, size: number, tolerance = TOLERANCE, floor = FLOOR): number =>
  Math.max(tolerance * Math.abs(value), floor * size);

export interface EigenPair extends EigenEstimate {
  /** Of unit length; where memory has no room for it, in the place that its operator has for such. */
  readonly vector: LongVector;
}
