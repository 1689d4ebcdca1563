import type { AttributesByOp, Op } from '../../autodiff/graph';
import type { Shape } from '../../autodiff/shape';
import type { Tensor } from './tf';
import type { Value } from './value';

/**
 * Computes one operation by forward kernels, to a tensor that broadcasts to `shape`: what is repeated along an axis
 * stays small. Runs inside `tf.tidy`, so only the result outlives it; it may be an input itself.
 */
export type Kernel<O extends Op> = (
  inputs: readonly Value[],
  attributes: AttributesByOp[O],
  shape: Shape,
) => Tensor;

/** A kernel for each operation named. */
export type Kernels<O extends Op> = { readonly [P in O]: Kernel<P> };
