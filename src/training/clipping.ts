import type { Node } from '../autodiff/graph';
import { add, div, maximum, minimum, mul, reduceSum, sqrt } from '../autodiff/operations';
import type { OptimizerSettings } from '../contract/optimizer-settings';

/** The Euclidean length of all tensors together, a scalar. */
export function globalNorm(tensors: readonly Node[]): Node {
  return sqrt(
    tensors.map((tensor) => reduceSum(mul(tensor, tensor))).reduce((all, square) => add(all, square)),
  );
}

/**
 * The gradient shortened to `limit` where it is longer, all tensors together (Pascanu et al. 2013): times
 * limit / max(|g|, limit), as Keras' `global_clipnorm`. PyTorch's `clip_grad_norm_` adds 1e-6 to |g|.
 */
export function clipByNorm(
  gradients: readonly Node[],
  limit: number,
  convention: OptimizerSettings['convention'],
): Node[] {
  const norm = add(globalNorm(gradients), convention === 'keras' ? 0 : 1e-6);
  const scale = div(limit, maximum(norm, limit));
  return gradients.map((gradient) => mul(scale, gradient));
}

/** Each entry cut to [-limit, limit]. */
export function clipByValue(gradients: readonly Node[], limit: number): Node[] {
  return gradients.map((gradient) => minimum(maximum(gradient, -limit), limit));
}
