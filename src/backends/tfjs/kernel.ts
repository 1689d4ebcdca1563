import type * as core from '@tensorflow/tfjs-core';
import type { AttributesByOp, Op } from '../../autodiff/graph';
import type { Shape } from '../../autodiff/shape';
import type { Value } from './value';

/** The operations of TensorFlow.js: its own package, or what tfjs-node brings along. */
export type Tf = typeof core;
export type Tensor = core.Tensor;

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
