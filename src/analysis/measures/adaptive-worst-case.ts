import { shiftedOverRows } from './without-bar';
import { throwIfCancelled } from '../../core/errors';
import { mean } from '../statistics';
import { ascend } from '../optimization/apgd';
import type { MeasureDefinition } from './measure';
import { increaseAt, movedByMagnitude } from './perturbation';
import { GRADIENT_WORK, VALUE_WORK } from './work';

const RHO = 0.5;
const ITERATIONS = 20;

/**
 * The maximum of L(w + |w| u) - L(w) over |u| <= rho that Auto-PGD finds from u = 0, a lower bound (Andriushchenko et
 * al. 2023, section 3; Croce and Hein 2020, algorithm 1). Its first step is the one of adaptive-sharpness.
 */
export const adaptiveWorstCase: MeasureDefinition = {
  ids: ['adaptive-worst-case'],
  withoutBar: shiftedOverRows,
  work: () => ITERATIONS * GRADIENT_WORK + VALUE_WORK,
  async run(context) {
    const { origin, signal } = context;
    const magnitudes = origin.theta.map(Math.abs);
    const best = await ascend(
      async (u, iteration) => {
        throwIfCancelled(signal);
        context.progress(iteration / ITERATIONS);
        if (iteration === 0) return { value: mean(context.losses), gradient: scaledBy(context.gradient) };
        const { loss, gradient } = await context.gradientAt(movedByMagnitude(origin, u));
        return { value: loss, gradient: scaledBy(gradient) };
      },
      { dimension: magnitudes.length, radius: RHO, iterations: ITERATIONS },
    );
    const { value, standardError } = await increaseAt(context, movedByMagnitude(origin, best));
    return {
      measures: [
        {
          id: 'adaptive-worst-case',
          value,
          standardError,
          settings: {
            rho: RHO,
            norm: 'l2',
            iterations: ITERATIONS,
            step: 2 * RHO,
            momentum: 0.75,
            start: 0,
            error: 'over rows',
          },
          invariant: true,
          note: 'max L(w + |w|u) − L(w) over |u| ≤ ρ by Auto-PGD, a lower bound (Andriushchenko et al. 2023, section 3).',
        },
      ],
    };

    function scaledBy(gradient: Float64Array): Float64Array {
      return gradient.map((slope, i) => magnitudes[i] * slope);
    }
  },
};
