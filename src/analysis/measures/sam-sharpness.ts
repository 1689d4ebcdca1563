import { shiftedOverRows } from './without-bar';
import { norm } from '../../core/vectors';
import type { MeasureDefinition } from './measure';
import { increaseAt, moved } from './perturbation';
import { VALUE_WORK } from './work';

const RHO = 0.05;

/**
 * L(w + rho g/|g|) - L(w), the rise that sharpness-aware minimization guards against (Foret et al. 2021, eq. 2).
 *
 * ```ts
 * import { contextOf, single } from '../../test/unit/analysis/measures/quadratic';
 * const bowl = contextOf({ theta: [1, 1], slopes: [3, 4], curvatures: [2, 2] });
 * // rho |g| + rho^2 h / 2 with rho = 0.05, |g| = 5 and h = 2.
 * const { value } = await single(bowl, 'sam-sharpness');
 * Math.round(value * 1e9) / 1e9; // => 0.2525
 * ```
 */
export const samSharpness: MeasureDefinition = {
  ids: ['sam-sharpness'],
  withoutBar: shiftedOverRows,
  alongGradient: true,
  work: () => VALUE_WORK,
  async run(context) {
    const { gradient, origin } = context;
    const length = norm(gradient);
    if (length === 0)
      return { measures: [], notes: ['The gradient is zero, so sam-sharpness has no direction.'] };
    const { value, standardError } = await increaseAt(context, moved(origin, gradient, RHO / length));
    return {
      measures: [
        {
          id: 'sam-sharpness',
          value,
          standardError,
          settings: { rho: RHO, error: 'over rows' },
          invariant: false,
          note: 'L(w + ρ g/|g|) − L(w) (Foret et al. 2021, eq. 2).',
        },
      ],
    };
  },
};
