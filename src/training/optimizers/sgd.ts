import { add, mul, neg, sub } from '../../autodiff/operations';
import type { OptimizerSettings } from '../../shared/optimizer-settings';
import type { Optimizer, Update } from './optimizer';
import { type TensorUpdate, type TensorUpdated, descended, stabilityLine, tensorwise } from './tensorwise';

/**
 * Gradient descent, with momentum the heavy ball (Polyak 1964) or Nesterov's (Sutskever et al. 2013).
 *
 * Keras: v = mu v - rate g, w += v (Nesterov: w += mu v - rate g). PyTorch: v = mu v + g, w -= rate v (Nesterov:
 * w -= rate (g + mu v)). They part when the rate changes: Keras' velocity remembers the old rate. The lines of stability,
 * 2/rate, (2 + 2 mu)/rate and (2/rate)(1 + mu)/(1 + 2 mu), are those of Cohen et al. 2021, section 2 and appendix B.
 */
export function sgd(settings: OptimizerSettings): Optimizer {
  const { momentum = 0, nesterov = false, weightDecay = 0, convention } = settings;
  const factor = nesterov ? (1 + momentum) / (1 + 2 * momentum) : 1 + momentum;
  const rule = ({ parameter, gradient, slots }: TensorUpdate, scalars: Update['scalars']): TensorUpdated => {
    const { rate, decay } = scalars;
    if (momentum === 0) return { parameter: descended(parameter, mul(rate, gradient), decay), slots: {} };
    const before = mul(momentum, slots.momentum);
    if (convention === 'keras') {
      const step = mul(rate, gradient);
      const velocity = sub(before, step);
      const taken = nesterov ? sub(step, mul(momentum, velocity)) : neg(velocity);
      return { parameter: descended(parameter, taken, decay), slots: { momentum: velocity } };
    }
    const velocity = add(before, gradient);
    const direction = nesterov ? add(gradient, mul(momentum, velocity)) : velocity;
    return { parameter: descended(parameter, mul(rate, direction), decay), slots: { momentum: velocity } };
  };
  return {
    slots: momentum > 0 ? [{ name: 'momentum', initial: 0 }] : [],
    defaultLearningRate: convention === 'keras' ? 0.01 : 1e-3,
    scalars: (_, rate) => ({ rate, ...(weightDecay > 0 ? { decay: rate * weightDecay } : {}) }),
    apply: (update) => tensorwise(update, (tensor) => rule(tensor, update.scalars)),
    threshold: (rate) => stabilityLine(rate, factor, weightDecay),
    preconditioner: () => undefined,
  };
}
