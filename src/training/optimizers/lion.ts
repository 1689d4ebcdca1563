import { add, mul, sign } from '../../autodiff/operations';
import type { OptimizerSettings } from '../../contract/optimizer-settings';
import type { Optimizer } from './optimizer';
import { descended, tensorwise } from './tensorwise';

/**
 * Lion (Chen et al. 2023, algorithm 2): w -= rate (sign(beta1 m + (1 - beta1) g) + decay w), then
 * m = beta2 m + (1 - beta2) g. PyTorch has none; its convention has the rate of the authors' own code, 1e-4, where Keras
 * has .001. The slot holds the sum M = m / (1 - beta2). A step of fixed length has no line of stability.
 */
export function lion(settings: OptimizerSettings): Optimizer {
  const { beta1 = 0.9, beta2 = 0.99, weightDecay = 0, convention } = settings;
  // Only the sign counts: everything is divided by 1 - beta1.
  const weight = (beta1 * (1 - beta2)) / (1 - beta1);
  return {
    slots: [{ name: 'momentum', initial: 0 }],
    defaultLearningRate: convention === 'keras' ? 1e-3 : 1e-4,
    scalars: (_, rate) => ({ rate, ...(weightDecay > 0 ? { decay: rate * weightDecay } : {}) }),
    apply: (update) =>
      tensorwise(update, ({ parameter, gradient, slots }) => {
        const { rate, decay } = update.scalars;
        const step = mul(rate, sign(add(mul(weight, slots.momentum), gradient)));
        const momentum = add(mul(beta2, slots.momentum), gradient);
        return { parameter: descended(parameter, step, decay), slots: { momentum } };
      }),
    threshold: () => null,
    preconditioner: () => undefined,
  };
}
