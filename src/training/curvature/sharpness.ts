import { addScaled, norm } from '../../analysis/linear-algebra/vectors';
import type { SymmetricOperator } from '../../analysis/operator';
import type { EigenPair } from '../../analysis/spectrum/eigenpair';
import { largest } from '../../analysis/spectrum/largest';
import { gaussian, streams } from '../../analysis/spectrum/probes';
import type { Objective, Point } from '../../objective/objective';

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
  if (!diagonal) return { dimension, apply: (vectors, signal) => objective.hvp(point, vectors, signal) };
  const factors = diagonal.map((value) => (value > 0 ? 1 / Math.sqrt(value) : 0));
  const scaled = (vector: Float64Array) => vector.map((value, i) => value * factors[i]);
  return {
    dimension,
    apply: async (vectors, signal) => (await objective.hvp(point, vectors.map(scaled), signal)).map(scaled),
  };
}

/**
 * The `count` largest eigenvalues with their vectors, descending. Where those of an earlier point are given the search
 * starts from their sum, which is near the answer, beside a random vector as long, so that no direction is shut out.
 *
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function sharpness(
  operator: SymmetricOperator,
  count: number,
  before: readonly EigenPair[],
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<readonly EigenPair[]> {
  const start = before.length > 0 ? warmStart(operator.dimension, before, seed) : undefined;
  const { pairs } = await largest(operator, {
    count,
    seed,
    ...(start ? { start } : {}),
    ...(signal ? { signal } : {}),
  });
  return pairs;
}

function warmStart(dimension: number, before: readonly EigenPair[], seed: number): Float64Array {
  const start = gaussian(dimension, seed, streams.warmStart);
  const length = norm(start) / Math.sqrt(before.length);
  for (const { vector } of before) addScaled(start, length, vector);
  return start;
}
