import type { Node } from '../../autodiff/graph';
import { abs, add, div, mul } from '../../autodiff/operations';
import type { OptimizerSettings } from '../../contract/optimizer-settings';
import { globalNorm } from '../clipping';

type SharpnessAware = NonNullable<OptimizerSettings['sharpnessAware']>;

/** Keeps a gradient of zero from dividing by zero; the authors of ASAM have the same. */
const TINY = 1e-16;

/**
 * The parameters at the worst nearby point to first order, where the gradient of the step is taken.
 *
 * SAM (Foret et al. 2021, equation 2): w + rho g / |g|, the norm over all tensors. ASAM (Kwon et al. 2021, equation 9):
 * w + rho T^2 g / |T g| with T = |w| + eta, elementwise and for all tensors as the paper states it; the authors' code
 * has T = 1 for biases and norm parameters.
 */
export function uphill(
  parameters: readonly Node[],
  gradients: readonly Node[],
  { kind, rho, eta }: SharpnessAware,
): Node[] {
  if (kind === 'sam') {
    const scale = div(rho, add(globalNorm(gradients), TINY));
    return parameters.map((parameter, i) => add(parameter, mul(scale, gradients[i])));
  }
  const scalings = parameters.map((parameter) => add(abs(parameter), eta));
  const scaled = gradients.map((gradient, i) => mul(scalings[i], gradient));
  const scale = div(rho, add(globalNorm(scaled), TINY));
  return parameters.map((parameter, i) => add(parameter, mul(scale, mul(scalings[i], scaled[i]))));
}
