import { throwIfCancelled } from '../../core/errors';
import { estimateMean, mean } from '../statistics';
import { withStudent } from '../student';
import { Draws } from './draws';
import type { MeasureContext, MeasureDefinition, MeasureResult } from './measure';
import { moved, movedByMagnitude } from './perturbation';
import { measureStreams } from './streams';
import { VALUE_WORK } from './work';

const DRAWS = 10;
const STEPS = 15;
const LARGEST = 2;
/** Accuracy lost at the sigma sought. */
const DROP = 0.1;
/** Of the loss there to the loss here, where there is no accuracy. */
const RATIO = 2;
/** The threshold in its own units, less rounding: accuracies over few rows meet it exactly. */
const REACHED = 1 - 1e-8;

const work = () => DRAWS * STEPS * VALUE_WORK;

/**
 * 1/sigma^2 with sigma the standard deviation, not the variance, of normal noise on the weights that costs ten points of
 * accuracy, or doubles the loss of a regression (Jiang et al. 2020, appendix C, flatness-based measures).
 */
export const pacBayes: MeasureDefinition = {
  ids: ['pac-bayes'],
  work,
  run: (context) =>
    bayes(context, {
      id: 'pac-bayes',
      stream: measureStreams.pacBayes,
      move: moved,
      invariant: false,
      noise: 'σz',
    }),
};

/** The same with each component's noise scaled by |w_i| (Jiang et al. 2020, "magnitude-aware"). */
export const pacBayesScaled: MeasureDefinition = {
  ids: ['pac-bayes-scaled'],
  work,
  run: (context) =>
    bayes(context, {
      id: 'pac-bayes-scaled',
      stream: measureStreams.pacBayesScaled,
      move: movedByMagnitude,
      invariant: true,
      noise: 'σ|w|z',
    }),
};

interface Kind {
  readonly id: string;
  readonly stream: number;
  readonly move: typeof moved;
  readonly invariant: boolean;
  readonly noise: string;
}

/** What noise of one standard deviation costs: the mean over draws with its error, in units of the threshold. */
interface Trial {
  readonly sigma: number;
  readonly cost: number;
  readonly error: number;
}

async function bayes(context: MeasureContext, kind: Kind): Promise<MeasureResult> {
  const { origin, seed, signal, losses } = context;
  const correct = await context.rowCorrect(origin);
  const draws = new Draws(DRAWS, origin.theta.length, seed, kind.stream);
  const here = correct ? mean(correct) : mean(losses);
  /** The share of the threshold that one draw costs; a loss that overflows costs without end. */
  const costOf = async (sigma: number, draw: number) => {
    const point = kind.move(origin, draws.at(draw), sigma);
    const rows = correct ? (await context.rowCorrect(point))! : await context.rowLosses(point);
    return correct ? (here - mean(rows)) / DROP : (mean(rows) / here - 1) / (RATIO - 1);
  };
  const trials: Trial[] = [{ sigma: 0, cost: 0, error: 0 }];
  let [low, high] = [0, LARGEST];
  for (let step = 0; step < STEPS; step++) {
    const sigma = (low + high) / 2;
    const costs: number[] = [];
    for (let draw = 0; draw < DRAWS; draw++) {
      throwIfCancelled(signal);
      costs.push(await costOf(sigma, draw));
    }
    const { value, standardError } = withStudent(estimateMean(costs), DRAWS);
    if (Number.isFinite(value)) trials.push({ sigma, cost: value, error: standardError });
    if (value < REACHED) low = sigma;
    else high = sigma;
    context.progress((step + 1) / STEPS);
  }
  const saturated = high === LARGEST;
  const sigma = saturated ? LARGEST : (low + high) / 2;
  const error = saturated ? null : errorAt(sigma, trials);
  const threshold = correct ? `accuracy − ${DROP}` : `loss × ${RATIO}`;
  return {
    measures: [
      {
        id: kind.id,
        value: sigma ** -2,
        standardError: error === null ? null : (2 * error) / sigma ** 3,
        settings: { sigma, threshold, draws: DRAWS, steps: STEPS, seed, error: 'over draws' },
        invariant: kind.invariant,
        ...(saturated ? { bound: 'saturated' as const } : {}),
        note: saturated
          ? `Saturated: even σ = ${LARGEST} does not reach ${threshold} (w + ${kind.noise}; Jiang et al. 2020).`
          : `1/σ², w + ${kind.noise} at ${threshold}; σ is a standard deviation (Jiang et al. 2020).`,
      },
    ],
  };
}

/** At least so far from sigma, relative, are the trials between which the slope is taken: accuracy goes in steps. */
const APART = 0.05;

/** The standard error of sigma: that of the cost over draws by the slope of the cost in sigma. */
function errorAt(sigma: number, trials: readonly Trial[]): number | null {
  const byDistance = [...trials].sort((a, b) => Math.abs(a.sigma - sigma) - Math.abs(b.sigma - sigma));
  const below = byDistance.find((trial) => trial.sigma < sigma * (1 - APART));
  const above = byDistance.find((trial) => trial.sigma > sigma * (1 + APART)) ?? byDistance[0];
  if (!below || above.sigma <= below.sigma) return null;
  const slope = (above.cost - below.cost) / (above.sigma - below.sigma);
  return slope > 0 ? byDistance[0].error / slope : null;
}
