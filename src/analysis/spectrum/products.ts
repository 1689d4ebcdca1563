import { throwIfCancelled, UserError } from '../../core/errors';
import type { LongVector } from '../../core/long-vector';
import { dot } from '../../core/vectors';
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
  if (!products.every(isFiniteThroughout)) throw notFinite();
  return products;
}

/**
 * v'Mv for each of the vectors, by whatever costs less.
 *
 * @throws CancelledError when `signal` is aborted; NotFiniteError when one is not finite.
 */
export async function quadraticForms(
  operator: SymmetricOperator,
  vectors: readonly LongVector[],
  signal?: AbortSignal,
): Promise<number[]> {
  if (!operator.forms)
    return (await multiply(operator, vectors, signal)).map((product, i) => dot(vectors[i], product));
  throwIfCancelled(signal);
  const forms = await operator.forms(vectors, signal);
  throwIfCancelled(signal);
  if (!forms.every(Number.isFinite)) throw notFinite();
  return forms;
}

const notFinite = () =>
  new NotFiniteError(
    'A Hessian-vector product is not finite at this checkpoint: its weights or the inputs are so large that the loss or its derivatives overflow; check the input scaling and the weights.',
  );

function isFiniteThroughout(vector: Float64Array): boolean {
  // A number less itself is zero, or not a number: two sums tell of all, in a fraction of the time of as many questions.
  let [even, odd] = [0, 0];
  const whole = vector.length - (vector.length % 2);
  for (let i = 0; i < whole; i += 2) {
    even += vector[i] - vector[i];
    odd += vector[i + 1] - vector[i + 1];
  }
  const last = vector[whole] ?? 0;
  return even + odd + (last - last) === 0;
}

/** The rounding of one number, relative, in what products are computed in; by their digits where the operator is silent. */
export function roundingOf({ precision }: SymmetricOperator, product: Float64Array): number {
  const single = precision ? precision === 'float32' : product.every((x) => Math.fround(x) === x);
  return single ? 2 ** -23 : 2 ** -52;
}
