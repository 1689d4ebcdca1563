import { type Operand, add, div, maximum, mul, sqrt, sub } from '../../autodiff/operations';
import type { OptimizerSettings } from '../../contract/optimizer-settings';
import type { Optimizer } from './optimizer';
import { descended, stabilityLine, tensorwise } from './tensorwise';

/**
 * RMSprop (Tieleman & Hinton 2012), centered as in Graves 2013: the gradient divided by the root of the running mean v of
 * its squares, less the square of its own running mean a where centered. v begins at 0 and is not corrected for it.
 *
 * Keras: rate .001, rho .9, u = rate g / sqrt(v - a^2 + 1e-7); with momentum b = mu b + u, w -= b. PyTorch: rate .01,
 * rho .99, u = g / (sqrt(v - a^2) + 1e-8); b = mu b + u, w -= rate b. The slots hold the sums V = v / (1 - rho) and
 * A = a / (1 - rho).
 *
 * With P, what the gradient is divided by, the line of stability is that of gradient descent or of the heavy ball
 * (Cohen et al. 2022, section 2).
 */
export function rmsprop(settings: OptimizerSettings): Optimizer {
  const keras = settings.convention === 'keras';
  const { rho = keras ? 0.9 : 0.99, epsilon = keras ? 1e-7 : 1e-8 } = settings;
  const { momentum = 0, centered = false } = settings;
  const share = 1 - rho;
  const spread = Math.sqrt(share);
  // Beside V in the root or beside the root of V.
  const scaledEpsilon = keras ? epsilon / share : epsilon / spread;
  return {
    slots: [
      { name: 'velocity', initial: 0 },
      ...(centered ? [{ name: 'average', initial: 0 }] : []),
      ...(momentum > 0 ? [{ name: 'momentum', initial: 0 }] : []),
    ],
    defaultLearningRate: keras ? 1e-3 : 0.01,
    scalars: (_, rate) => ({ rate: rate / spread }),
    apply: (update) =>
      tensorwise(update, ({ parameter, gradient, slots }) => {
        const { rate } = update.scalars;
        const velocity = add(mul(rho, slots.velocity), mul(gradient, gradient));
        const average = centered ? add(mul(rho, slots.average), gradient) : undefined;
        // A variance is not negative, though its rounded difference can be.
        const variance = average ? maximum(sub(velocity, mul(share, mul(average, average))), 0) : velocity;
        const divisor = keras ? sqrt(add(variance, scaledEpsilon)) : add(sqrt(variance), scaledEpsilon);
        const means = { velocity, ...(average ? { average } : {}) };
        if (momentum === 0)
          return {
            parameter: descended(parameter, div(mul(rate, gradient), divisor)),
            slots: means,
          };
        const kept = mul(momentum, slots.momentum);
        const increment = (weight: Operand) => add(kept, div(mul(weight, gradient), divisor));
        const ball = keras ? increment(rate) : increment(1);
        return {
          parameter: descended(parameter, keras ? ball : mul(rate, ball)),
          slots: { ...means, momentum: ball },
        };
      }),
    threshold: (rate) => stabilityLine(rate, 1 + momentum),
    preconditioner({ velocity, average }) {
      const variance = velocity.map((v, i) => (centered ? Math.max(v - share * average[i] ** 2, 0) : v));
      return variance.map(
        (v) => spread * (keras ? Math.sqrt(v + scaledEpsilon) : Math.sqrt(v) + scaledEpsilon),
      );
    },
  };
}
