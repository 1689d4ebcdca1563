import { throwIfCancelled, UserError } from '../../shared/errors';
import type { SymmetricOperator } from '../operator';

/**
 * The products of `operator` with `vectors`, in one call.
 *
 * @throws CancelledError when `signal` is aborted; UserError when a product is not finite.
 */
export async function multiply(
  operator: SymmetricOperator,
  vectors: readonly Float64Array[],
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  throwIfCancelled(signal);
  const products = await operator.apply(vectors, signal);
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

function isFiniteThroughout(vector: Float64Array): boolean {
  for (const component of vector) if (!Number.isFinite(component)) return false;
  return true;
}
