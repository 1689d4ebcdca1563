import type { KnownProduct } from '../../analysis/spectrum/extremes';
import { streams } from '../../core/random-streams';
import { type Random, random } from '../../core/random';
import { norm } from '../../core/vectors';
import { combine } from './difference-checks';
import { type MeasuredCost, measureEngine, timed, timedTwice } from './measured-cost';
import type { AtPoint } from './at-point';

/** The first products of an analysis, each by the price that it had: checks ask about them, and the search begins with them. */
export interface FirstProducts {
  /** Two random unit vectors, the gradient's direction and the parameters'. */
  readonly vectors: readonly Float64Array[];
  /** Their products in one pass, and the same once more; empty where that would take long. */
  readonly four: Runs;
  /** The product of the first of them alone, twice. */
  readonly single: Runs;
  /** What random numbers of the checks go on with. */
  readonly stream: Random;
  readonly cost: MeasuredCost;
  /** For an eigenvalue search: the gradient's direction and as much of a random one. */
  readonly start: KnownProduct;
}

/** The products of two runs. */
interface Runs {
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
}

/** Operations of a product over all rows up to which another four of them take no time to speak of. */
const CHEAP = 2e8;

/** Multiplies the vectors that checks and search begin with, and times it. @throws CancelledError */
export async function firstProducts(
  { objective, operator, point, gradient }: AtPoint,
  seed: number,
  signal?: AbortSignal,
): Promise<FirstProducts> {
  const { rowWork, rows, parameters } = objective;
  const stream = random(seed, streams.selfCheck);
  const [u, v] = [unit(point.theta, stream), unit(point.theta, stream)];
  // What is far from symmetric on the directions that matter need not be so on random ones, and the other way round.
  const vectors = [u, v, normalized(gradient), normalized(point.theta)];
  const isDear = rowWork.operations * rows > CHEAP;
  const four = await timed(() => objective.products(operator, point, vectors, signal), !isDear);
  const single = await timedTwice(() => objective.products(operator, point, [u], signal));
  const value = performance.now();
  await objective.losses('train', point, signal);
  return {
    ...{ vectors, four, single, stream },
    start: { vector: combine(u, 1, vectors[2]), product: combine(four.first[0], 1, four.first[2]) },
    cost: {
      single: single.milliseconds,
      ofFour: four.milliseconds / vectors.length,
      compileSingle: single.compile,
      compileFour: four.compile,
      value: performance.now() - value,
      ...(await measureEngine(parameters.dimension)),
    },
  };
}

/** A random direction in the space of `like`. */
export const unit = (like: Float64Array, stream: Random): Float64Array =>
  normalized(like.map(() => stream.normal()));

/** A vector as its direction; nothing stays nothing. */
export function normalized(vector: Float64Array): Float64Array {
  const length = norm(vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
