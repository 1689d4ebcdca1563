import { throwIfCancelled } from '../../core/errors';
import { estimateMean, mean } from '../statistics';
import { withStudent } from '../student';
import { Draws } from './draws';
import type { MeasureContext, MeasureDefinition, MeasureResult } from './measure';
import { moved, movedByMagnitude } from './perturbation';
import { measureStreams } from './streams';
import { VALUE_WORK } from './work';

const DRAWS = 20;

/** E L(w + d) - L(w) over normal d of standard deviation sigma (Neyshabur et al. 2017; Jiang et al. 2020). */
export const averageSharpness: MeasureDefinition = {
  ids: ['average-sharpness'],
  work: () => DRAWS * VALUE_WORK,
  run: (context) =>
    average(context, {
      id: 'average-sharpness',
      sigma: 0.05,
      stream: measureStreams.average,
      move: moved,
      invariant: false,
      note: 'E L(w + σz) − L(w), z normal (Neyshabur et al. 2017, section 2.3).',
    }),
};

/** The same with each component of d scaled by |w_i| (Andriushchenko et al. 2023, section 3, with c = |w|). */
export const averageSharpnessScaled: MeasureDefinition = {
  ids: ['average-sharpness-scaled'],
  work: () => DRAWS * VALUE_WORK,
  run: (context) =>
    average(context, {
      id: 'average-sharpness-scaled',
      sigma: 0.1,
      stream: measureStreams.averageScaled,
      move: movedByMagnitude,
      invariant: true,
      note: 'E L(w + σ|w|z) − L(w), z normal (Andriushchenko et al. 2023, section 3).',
    }),
};

interface Kind {
  readonly id: string;
  readonly sigma: number;
  readonly stream: number;
  readonly move: typeof moved;
  readonly invariant: boolean;
  readonly note: string;
}

async function average(
  context: MeasureContext,
  { id, sigma, stream, move, invariant, note }: Kind,
): Promise<MeasureResult> {
  const { origin, seed, signal } = context;
  const draws = new Draws(DRAWS, origin.theta.length, seed, stream);
  const here = mean(context.losses);
  const increases: number[] = [];
  for (let i = 0; i < DRAWS; i++) {
    throwIfCancelled(signal);
    increases.push(mean(await context.rowLosses(move(origin, draws.at(i), sigma))) - here);
    context.progress((i + 1) / DRAWS);
  }
  const { value, standardError } = withStudent(estimateMean(increases), DRAWS);
  return {
    measures: [
      {
        id,
        value,
        standardError,
        settings: { sigma, draws: DRAWS, seed, error: 'over draws' },
        invariant,
        note,
      },
    ],
  };
}
