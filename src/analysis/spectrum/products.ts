import { throwIfCancelled, UserError } from '../../shared/errors';
import type { Vector } from '../linear-algebra/vectors';
import type { SymmetricOperator } from '../operator';

/**
 * The products of `operator` with `vectors`, in one call.
 *
 * @throws CancelledError when `signal` is aborted; UserError when a product is not finite.
 */
export async function multiply(
  operator: SymmetricOperator,
  vectors: readonly Vector[],
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  throwIfCancelled(signal);
  const products = await operator.apply(vectors.map(inFloat64), signal);
  throwIfCancelled(signal);
  for (const product of products) {
    if (!isFiniteThroughout(product)) {
      throw new UserError(
        'A Hessian-vector product is not finite at this checkpoint: its weights or the inputs are so large that the loss or its derivatives overflow; check the input scaling and the weights.',
      );
    }
  }
  return products;
}

const inFloat64 = (vector: Vector): Float64Array =>
  vector instanceof Float64Array ? vector : new Float64Array(vector);

function isFiniteThroughout(vector: Float64Array): boolean {
  for (const component of vector) if (!Number.isFinite(component)) return false;
  return true;
}
