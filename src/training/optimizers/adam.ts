import { add, div, mul, sqrt } from '../../autodiff/operations';
import type { OptimizerSettings } from '../../contract/optimizer-settings';
import type { Optimizer } from './optimizer';
import { descended, stabilityLine, tensorwise } from './tensorwise';

/**
 * Adam (Kingma & Ba 2015) and, with decay, AdamW (Loshchilov & Hutter 2019).
 *
 * m and v are the running means of g and g^2. PyTorch: w -= rate (m / c1) / (sqrt(v / c2) + epsilon) with the bias
 * corrections c1 = 1 - beta1^t and c2 = 1 - beta2^t. Keras: w -= rate sqrt(c2) / c1 m / (sqrt(v) + epsilon), whose epsilon
 * weighs 1 / sqrt(c2) as much. Both are alpha M / (sqrt(V) + e) with the sums M = m / (1 - beta1) and
 * V = v / (1 - beta2), which the slots hold: two products fewer a step.
 *
 * The line of stability, (2 + 2 beta1) / ((1 - beta1) rate) on P^-1/2 H P^-1/2, and P are those of Cohen et al. 2022,
 * section 2, with each convention's epsilon.
 */
export function adam(settings: OptimizerSettings, weightDecay = 0): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, convention } = settings;
  const { epsilon = convention === 'keras' ? 1e-7 : 1e-8 } = settings;
  const spread = Math.sqrt(1 - beta2);
  /** epsilon as it stands beside sqrt(V), and the weight of rate M / (sqrt(V) + it), after `step` steps. */
  const scales = (step: number) => {
    const corrected = Math.sqrt(1 - beta2 ** step);
    return {
      epsilon: (epsilon * (convention === 'keras' ? 1 : corrected)) / spread,
      weight: ((corrected / (1 - beta1 ** step)) * (1 - beta1)) / spread,
    };
  };
  return {
    slots: [
      { name: 'momentum', initial: 0 },
      { name: 'velocity', initial: 0 },
    ],
    defaultLearningRate: 1e-3,
    scalars(step, rate) {
      const { epsilon, weight } = scales(step);
      return { alpha: rate * weight, epsilon, ...(weightDecay > 0 ? { decay: rate * weightDecay } : {}) };
    },
    apply: (update) =>
      tensorwise(update, ({ parameter, gradient, slots }) => {
        const { alpha, epsilon, decay } = update.scalars;
        const momentum = add(mul(beta1, slots.momentum), gradient);
        const velocity = add(mul(beta2, slots.velocity), mul(gradient, gradient));
        const step = div(mul(alpha, momentum), add(sqrt(velocity), epsilon));
        return { parameter: descended(parameter, step, decay), slots: { momentum, velocity } };
      }),
    threshold: (rate) => stabilityLine(rate, (1 + beta1) / (1 - beta1), weightDecay),
    preconditioner(slots, step) {
      const { epsilon, weight } = scales(step);
      // m / (1 - beta1) = M is what the heavy ball would hold, so P divides by what weighs (1 - beta1) M.
      return slots.velocity.map((velocity) => ((Math.sqrt(velocity) + epsilon) * (1 - beta1)) / weight);
    },
  };
}
