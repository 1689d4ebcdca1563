import { add, mul, neg, sub } from '../../autodiff/operations';
import type { OptimizerSettings } from '../../contract/optimizer-settings';
import type { Optimizer, Update } from './optimizer';
import { type TensorUpdate, type TensorUpdated, descended, stabilityLine, tensorwise } from './tensorwise';

/**
 * Gradient descent, with momentum the heavy ball (Polyak 1964) or Nesterov's (Sutskever et al. 2013).
 *
 * Keras: v = mu v - rate g, w += v (Nesterov: w += mu v - rate g). PyTorch: v = mu v + g, w -= rate v (Nesterov:
 * w -= rate (g + mu v)). They part when the rate changes, since Keras' velocity remembers the old rate, and in decay:
 * PyTorch adds it times the parameter to g, so that momentum gathers it; Keras takes it off apart. The lines of stability,
 * 2/rate, (2 + 2 mu)/rate and (2/rate)(1 + mu)/(1 + 2 mu), are those of Cohen et al. 2021, section 2 and appendix B.
 */
export function sgd(settings: OptimizerSettings): Optimizer {
  const { momentum = 0, nesterov = false, weightDecay = 0, convention } = settings;
  const factor = nesterov ? (1 + momentum) / (1 + 2 * momentum) : 1 + momentum;
  const coupled = convention === 'pytorch';
  const rule = (update: TensorUpdate, scalars: Update['scalars']): TensorUpdated => {
    const { parameter, slots } = update;
    const { rate, decay, coupledDecay } = scalars;
    const gradient = coupledDecay ? add(update.gradient, mul(coupledDecay, parameter)) : update.gradient;
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
    scalars: (_, rate) => ({
      rate,
      ...(weightDecay > 0 ? (coupled ? { coupledDecay: weightDecay } : { decay: rate * weightDecay }) : {}),
    }),
    apply: (update) => tensorwise(update, (tensor) => rule(tensor, update.scalars)),
    // Coupled, the decay is an L2 penalty: what descends has all eigenvalues higher by it.
    threshold: (rate) => {
      const line = stabilityLine(rate, factor, coupled ? 0 : weightDecay);
      return line === null || !coupled ? line : line - weightDecay;
    },
    preconditioner: () => undefined,
  };
}
