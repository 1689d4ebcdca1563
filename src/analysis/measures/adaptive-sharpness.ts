import { shiftedOverRows } from './without-bar';
import { norm } from '../../core/vectors';
import type { MeasureDefinition } from './measure';
import { increaseAt, movedByMagnitude } from './perturbation';
import { VALUE_WORK } from './work';

const RHO = 0.5;

/**
 * L(w + d) - L(w) with d = rho T^2 g / |T g| and T = |w| on all tensors, the first-order solution of the maximum over
 * |T^-1 d| <= rho (Kwon et al. 2021, section 4). Their eta is 0 here: it would break the invariance that the measure is for.
 *
 * ```ts
 * import { contextOf, single } from '../../test/unit/analysis/measures/quadratic';
 * const bowl = contextOf({ theta: [1, 1], slopes: [3, 4], curvatures: [2, 2] });
 * // Where all weights have the size 1 it is SAM's, with rho = 0.5: 0.5 * 5 + 0.25.
 * const { value } = await single(bowl, 'adaptive-sharpness');
 * Math.round(value * 1e9) / 1e9; // => 2.75
 * ```
 */
export const adaptiveSharpness: MeasureDefinition = {
  ids: ['adaptive-sharpness'],
  withoutBar: shiftedOverRows,
  alongGradient: true,
  work: () => VALUE_WORK,
  async run(context) {
    const { gradient, origin } = context;
    const scaled = gradient.map((slope, i) => Math.abs(origin.theta[i]) * slope);
    const length = norm(scaled);
    if (length === 0)
      return { measures: [], notes: ['|w| g is zero, so adaptive-sharpness has no direction.'] };
    const point = movedByMagnitude(origin, scaled, RHO / length);
    const { value, standardError } = await increaseAt(context, point);
    return {
      measures: [
        {
          id: 'adaptive-sharpness',
          value,
          standardError,
          settings: { rho: RHO, eta: 0, norm: 'l2', tensors: 'all', error: 'over rows' },
          invariant: true,
          note: 'L(w + d) − L(w), d = ρ T²g/|Tg|, T = |w| (ASAM: Kwon et al. 2021, section 4).',
        },
      ],
    };
  },
};
