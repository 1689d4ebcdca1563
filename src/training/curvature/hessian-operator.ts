import { type LongVector, loaded } from '../../core/long-vector';
import type { SymmetricOperator } from '../../analysis/operator';
import type { Objective, Point } from '../../objective/evaluation/objective';

/**
 * H, or P^-1/2 H P^-1/2 with the diagonal P of a preconditioner (Cohen et al. 2022, section 2). A parameter whose P is 0
 * never had a gradient and takes no part.
 */
export function hessianOperator(
  objective: Objective,
  point: Point,
  diagonal?: Float64Array,
): SymmetricOperator {
  const { dimension } = objective.parameters;
  const { precision } = objective.backend;
  if (!diagonal)
    return { dimension, precision, apply: (vectors, signal) => objective.hvp(point, vectors, signal) };
  const factors = diagonal.map((value) => (value > 0 ? 1 / Math.sqrt(value) : 0));
  const scaled = (vector: LongVector) => loaded(vector).map((value, i) => value * factors[i]);
  return {
    dimension,
    precision,
    apply: async (vectors, signal) => (await objective.hvp(point, vectors.map(scaled), signal)).map(scaled),
  };
}
