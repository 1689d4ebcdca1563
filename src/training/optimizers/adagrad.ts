import { add, div, mul, sqrt } from '../../autodiff/operations';
import type { OptimizerSettings } from '../../contract/optimizer-settings';
import type { Optimizer } from './optimizer';
import { descended, stabilityLine, tensorwise } from './tensorwise';

/**
 * AdaGrad (Duchi et al. 2011): steps divided by the root of the sum s of all squared gradients. Keras: rate .001,
 * s from .1, w -= rate g / sqrt(s + epsilon). PyTorch: rate .01, s from 0, w -= rate g / (sqrt(s) + epsilon).
 *
 * With P, what the gradient is divided by, the line of stability is gradient descent's, 2 / rate (Cohen et al. 2022,
 * section 2); as s only grows, the preconditioned sharpness of a long run falls away from it.
 */
export function adagrad(settings: OptimizerSettings): Optimizer {
  const keras = settings.convention === 'keras';
  const { epsilon = keras ? 1e-7 : 1e-10, initialAccumulator = keras ? 0.1 : 0 } = settings;
  return {
    slots: [{ name: 'accumulator', initial: initialAccumulator }],
    defaultLearningRate: keras ? 1e-3 : 0.01,
    scalars: (_, rate) => ({ rate }),
    apply: (update) =>
      tensorwise(update, ({ parameter, gradient, slots }) => {
        const accumulator = add(slots.accumulator, mul(gradient, gradient));
        const divisor = keras ? sqrt(add(accumulator, epsilon)) : add(sqrt(accumulator), epsilon);
        const step = div(mul(update.scalars.rate, gradient), divisor);
        return { parameter: descended(parameter, step), slots: { accumulator } };
      }),
    threshold: (rate) => stabilityLine(rate, 1),
    preconditioner: ({ accumulator }) =>
      accumulator.map((sum) => (keras ? Math.sqrt(sum + epsilon) : Math.sqrt(sum) + epsilon)),
  };
}
