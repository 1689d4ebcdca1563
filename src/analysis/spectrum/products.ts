import { throwIfCancelled, UserError } from '../../core/errors';
import type { LongVector } from '../../core/long-vector';
import type { SymmetricOperator } from '../operator';

/** Products overflow at this place: at a checkpoint a mistake in what was given, elsewhere a wall of the landscape. */
export class NotFiniteError extends UserError {}

/**
 * The products of `operator` with `vectors`, in one call.
 *
 * @throws CancelledError when `signal` is aborted; NotFiniteError when a product is not finite.
 */
export async function multiply(
  operator: SymmetricOperator,
  vectors: readonly LongVector[],
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  throwIfCancelled(signal);
  const products = await operator.apply(vectors, signal);
  throwIfCancelled(signal);
  for (const product of products) {
    if (!isFiniteThroughout(product)) {
      throw new NotFiniteError(
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

/** The rounding of one number, relative, in what products are computed in; by their digits where the operator is silent. */
export function roundingOf({ precision }: SymmetricOperator, product: Float64Array): number {
  const single = precision ? precision === 'float32' : product.every((x) => Math.fround(x) === x);
  return single ? 2 ** -23 : 2 ** -52;
}
