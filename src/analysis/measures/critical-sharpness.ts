import { shiftedOverRows } from './without-bar';
import { formatNumber } from '../../wording/format-number';
import { throwIfCancelled } from '../../core/errors';
import { norm } from '../../core/vectors';
import { estimateOverRows, type SampleEstimate } from '../sampling';
import type { MeasureDefinition } from './measure';
import { increaseAt, moved } from './perturbation';
import { DIRECTIONAL_WORK, VALUE_WORK } from './work';

/** Doublings or halvings of the step before the search gives up, and bisections after it. */
const MOST_DOUBLINGS = 60;
const BISECTIONS = 16;
/** Half the stretch around the critical step over which the slope of the loss is taken, relative. */
const STRETCH = 0.02;
/** How far from the quotient it may lie before the note says that the loss is not quadratic that far. */
const QUADRATIC = 0.25;

/**
 * 2/eta_c, with eta_c the smallest step along -g that does not lower the loss (Kalra et al. 2026; Lewkowycz et al.
 * 2020): forward passes alone. On a quadratic it is g.Hg/|g|^2, hence at most lambda_max; the note states that quotient.
 *
 * ```ts
 * import { contextOf, single } from '../../test/unit/analysis/measures/quadratic';
 * const bowl = contextOf({ theta: [1, 1], slopes: [3, 4], curvatures: [2, 2] });
 * // On a quadratic g.Hg / |g|^2.
 * const { value } = await single(bowl, 'critical-sharpness');
 * Math.abs(value - 2) < 1e-3; // => true
 * ```
 */
export const criticalSharpness: MeasureDefinition = {
  ids: ['critical-sharpness'],
  withoutBar: shiftedOverRows,
  alongGradient: true,
  work: () => 25 * VALUE_WORK + DIRECTIONAL_WORK,
  async run(context) {
    const { gradient, origin, signal } = context;
    const length = norm(gradient);
    const none = (why: string) => ({ measures: [], notes: [`critical-sharpness is left out: ${why}.`] });
    if (length === 0) return none('the gradient is zero');
    const unit = gradient.map((slope) => slope / length);
    const { second } = await context.directional(unit);
    const quotient = estimateOverRows(second);
    let evaluations = 0;
    /** How much a step along -g raises the loss; without end where it overflows. */
    const rise = async (step: number): Promise<SampleEstimate> => {
      throwIfCancelled(signal);
      context.progress(Math.min(0.99, ++evaluations / 25));
      const found = await increaseAt(context, moved(origin, gradient, -step));
      return Number.isFinite(found.value) ? found : { value: Infinity, standardError: null };
    };
    const bracket = await bracketed(rise, quotient.value > 0 ? 2 / quotient.value : 1);
    if (!bracket) return none('no step along -g was found at which the loss is as high as here');
    let [low, high] = bracket;
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (low + high) / 2;
      if ((await rise(middle)).value > 0) high = middle;
      else low = middle;
    }
    const step = (low + high) / 2;
    const value = 2 / step;
    const { standardError } = await rise(step);
    const [before, after] = [await rise(step * (1 - STRETCH)), await rise(step * (1 + STRETCH))];
    const slope = (after.value - before.value) / (2 * STRETCH * step);
    const known = standardError !== null && Number.isFinite(slope) && slope > 0;
    const apart = Math.abs(value / quotient.value - 1) > QUADRATIC;
    return {
      measures: [
        {
          id: 'critical-sharpness',
          value,
          standardError: known ? (2 / step ** 2) * (standardError / slope) : null,
          settings: { step, quotient: quotient.value, bisections: BISECTIONS, error: 'over rows' },
          invariant: false,
          note:
            `2/η where the loss along −g comes back up; g·Hg/|g|² is ${formatNumber(quotient.value)}` +
            `${apart ? ', so the loss is not quadratic that far' : ''} (Kalra et al. 2026).`,
        },
      ],
    };
  },
};

/** Two steps, one that lowers the loss and its double or less that raises it, beginning with a guess. */
async function bracketed(
  rise: (step: number) => Promise<SampleEstimate>,
  guess: number,
): Promise<[number, number] | undefined> {
  let step = guess;
  const upwards = !((await rise(step)).value > 0);
  for (let i = 0; i < MOST_DOUBLINGS; i++) {
    const next = upwards ? 2 * step : step / 2;
    const rises = (await rise(next)).value > 0;
    if (rises === upwards) return upwards ? [step, next] : [next, step];
    step = next;
  }
  return undefined;
}
