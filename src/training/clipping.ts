import type { Node } from '../autodiff/graph';
import { add, div, maximum, minimum, mul, reduceSum, sqrt } from '../autodiff/operations';

/** The Euclidean length of all tensors together, a scalar. */
export function globalNorm(tensors: readonly Node[]): Node {
  return sqrt(
    tensors.map((tensor) => reduceSum(mul(tensor, tensor))).reduce((all, square) => add(all, square)),
  );
}

/**
 * The gradient shortened to `limit` where it is longer, all tensors together, as Keras' `global_clipnorm` does
 * (Pascanu et al. 2013). PyTorch's `clip_grad_norm_` adds 1e-6 to the norm, so that its is shorter by that share.
 */
export function clipByNorm(gradients: readonly Node[], limit: number): Node[] {
  const scale = div(gradients[0].graph.fill(limit), maximum(globalNorm(gradients), limit));
  return gradients.map((gradient) => mul(scale, gradient));
}

/** Each entry cut to [-limit, limit]. */
export function clipByValue(gradients: readonly Node[], limit: number): Node[] {
  return gradients.map((gradient) => minimum(maximum(gradient, -limit), limit));
}
