import { shiftedOverRows } from './without-bar';
import { mean } from '../statistics';
import { estimateOverRows } from '../sampling';
import { minimizeInBox } from '../optimization/l-bfgs-b';
import { random } from '../../core/random';
import { streams } from '../../core/random-streams';
import type { Measure } from '../../contract/report';
import type { MeasureContext, MeasureDefinition } from './measure';
import { moved } from './perturbation';
import { RandomSubspace } from './random-subspace';
import { GRADIENT_WORK, VALUE_WORK } from './work';

const ITERATIONS = 10;
const SUBSPACE = 100;
/** Evaluations that the line search takes an iteration, from what it took on real networks. */
const EVALUATIONS = 1.5;

const work = () => ITERATIONS * EVALUATIONS * GRADIENT_WORK + VALUE_WORK;
const SOURCE = 'a lower bound on 100 (max f(x + Ay) − f(x))/(1 + f(x)) (Keskar et al. 2017, eq. 3 and 4)';

/**
 * Keskar's sharpness 100 (max f(x+y) - f(x)) / (1 + f(x)) over the box |y_i| <= eps (|x_i| + 1), by ten iterations of
 * L-BFGS-B from y = 0: a lower bound on the maximum (Keskar et al. 2017, eq. 3 and 4 with A the identity).
 */
const whole = (id: 'keskar-1e-3' | 'keskar-5e-4', eps: number): MeasureDefinition => ({
  ids: [id],
  withoutBar: shiftedOverRows,
  searchesFromGradient: true,
  work,
  async run(context) {
    const bounds = context.origin.theta.map((value) => eps * (Math.abs(value) + 1));
    const found = await sharpness(context, {
      id,
      bounds,
      toWeights: (y) => y,
      toCoordinates: (gradient) => gradient,
      settings: { eps },
      where: '|y_i| ≤ ε(|x_i| + 1)',
    });
    return { measures: [found] };
  },
});

/**
 * The same in the random subspace x + A z, A of n x 100 with normal entries, over the box
 * |z_i| <= eps (|(A^+ x)_i| + 1) (Keskar et al. 2017, eq. 3 and 4; an orthonormal A would turn the answer round). Both
 * sizes of the box share one subspace.
 */
const subspace: MeasureDefinition = {
  ids: ['keskar-subspace-1e-3', 'keskar-subspace-5e-4'],
  withoutBar: shiftedOverRows,
  searchesFromGradient: true,
  work: () => 2 * work(),
  async run(context) {
    const { origin, seed } = context;
    if (!RandomSubspace.fits(origin.theta.length, SUBSPACE))
      return {
        measures: [],
        notes: [
          'The measures keskar-subspace-... are left out: a random subspace of so many parameters takes too much memory.',
        ],
      };
    const space = new RandomSubspace(origin.theta.length, SUBSPACE, seed);
    const coordinates = space.coordinatesOf(origin.theta);
    const within = (id: string, eps: number, done: number) =>
      sharpness(
        { ...context, progress: (share) => context.progress((done + share) / 2) },
        {
          id,
          bounds: coordinates.map((value) => eps * (Math.abs(value) + 1)),
          toWeights: (z) => space.times(z),
          toCoordinates: (gradient) => space.transposedTimes(gradient),
          settings: { eps, dimension: SUBSPACE, entries: 'normal', seed },
          where: `A n × ${SUBSPACE} normal, |z_i| ≤ ε(|(A⁺x)_i| + 1)`,
        },
      );
    const wide = await within('keskar-subspace-1e-3', 1e-3, 0);
    const narrow = await within('keskar-subspace-5e-4', 5e-4, 1);
    return { measures: [wide, narrow] };
  },
};

export const keskar: readonly MeasureDefinition[] = [
  whole('keskar-1e-3', 1e-3),
  whole('keskar-5e-4', 5e-4),
  subspace,
];

interface Search {
  readonly id: string;
  /** Half the width of the box in each coordinate. */
  readonly bounds: Float64Array;
  toWeights(coordinates: Float64Array): Float64Array;
  toCoordinates(gradient: Float64Array): Float64Array;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly where: string;
}

async function sharpness(
  context: MeasureContext,
  { id, bounds, toWeights, toCoordinates, settings, where }: Search,
): Promise<Measure> {
  const { origin, signal, losses } = context;
  const here = mean(losses);
  // At the centre the search would follow rounding, or stop at once.
  const draw = random(context.seed, streams.keskarStart);
  const start = bounds.map((bound) => (context.noGradient ? bound * (draw.uniform() - 0.5) : 0));
  const found = await minimizeInBox(
    async (coordinates) => {
      const atOrigin = coordinates.every((value) => value === 0);
      const { loss, gradient } = atOrigin
        ? { loss: here, gradient: context.gradient }
        : await context.gradientAt(moved(origin, toWeights(coordinates)));
      return { value: -loss, gradient: toCoordinates(gradient).map((slope) => -slope) };
    },
    start,
    { lower: bounds.map((bound) => -bound), upper: bounds },
    { iterations: ITERATIONS, signal, onIteration: (iteration) => context.progress(iteration / ITERATIONS) },
  );
  const there = await context.rowLosses(moved(origin, toWeights(found.point)));
  // The error with the worst point held fixed: each row's share of the quotient's change.
  const ratio = (1 + mean(there)) / (1 + here);
  const shares = there.map((loss, row) => (100 * (loss - ratio * losses[row])) / (1 + here));
  return {
    id,
    value: 100 * (ratio - 1),
    standardError: estimateOverRows(shares).standardError,
    settings: {
      ...settings,
      iterations: found.iterations,
      method: 'L-BFGS-B',
      start: context.noGradient ? 'random' : 'centre',
      error: 'over rows',
    },
    invariant: false,
    note: `${where}: ${SOURCE}.`,
  };
}
