import type { KnownProduct } from '../../analysis/spectrum/extremes';
import { streams } from '../../core/random-streams';
import { type Random, random as randomFrom } from '../../core/random';
import { LARGE } from '../../core/large';
import { type LongVector, copied } from '../../core/long-vector';
import { dot, norm } from '../../core/vectors';
import { combine } from './difference-checks';
import { type MeasuredCost, measureEngine, timed, timedTwice } from './measured-cost';
import type { AtPoint } from './at-point';

/** The first products of an analysis, each by the price that it had: checks ask about them, and the search begins with them. */
export interface FirstProducts {
  /** Two random unit vectors, the gradient's direction and the parameters'. */
  readonly vectors: readonly LongVector[];
  /** Their products in one pass, and the same once more; empty where that would take long. */
  readonly four: Runs;
  /** The product of the first of them alone, twice. */
  readonly single: Runs;
  /** What random numbers of the checks go on with. */
  readonly stream: Random;
  readonly cost: MeasuredCost;
  /** For an eigenvalue search: the gradient's direction and as much of a random one, made anew each time. */
  readonly start: () => KnownProduct;
  /** The largest eigenvalue is at least this: the curvature along that start. */
  readonly atLeast: number;
}

/** The products of two runs. */
interface Runs {
  readonly first: readonly LongVector[];
  readonly second: readonly LongVector[];
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
  const stream = randomFrom(seed, streams.selfCheck);
  const { dimension } = parameters;
  const random = () => objective.resting.put(unit(dimension, stream));
  const [u, v] = [random(), random()];
  // What is far from symmetric on the directions that matter need not be so on random ones, and the other way round.
  const vectors = [
    u,
    v,
    objective.resting.put(normalized(gradient)),
    objective.resting.put(normalized(point.theta)),
  ];
  const products = async (asked: readonly LongVector[]) => {
    const made: LongVector[] = [];
    // Where one pass takes one vector, its product is put down before the next one is made.
    const step = dimension > LARGE ? 1 : asked.length;
    for (let i = 0; i < asked.length; i += step)
      for (const product of await objective.products(operator, point, asked.slice(i, i + step), signal))
        made.push(objective.resting.put(product));
    return made;
  };
  const isDear = rowWork.operations * rows > CHEAP;
  const four = await timed(() => products(vectors), !isDear);
  const single = await timedTwice(() => products([u]));
  const value = performance.now();
  await objective.losses('train', point, signal);
  const [slopes, [hu, , hSlopes]] = [vectors[2], four.first];
  // (u + g)'H(u + g), whose parts are there.
  const curvature = dot(u, hu) + dot(u, hSlopes) + dot(slopes, hu) + dot(slopes, hSlopes);
  return {
    ...{ vectors, four, single, stream },
    start: () => ({ vector: combine(u, 1, slopes), product: combine(hu, 1, hSlopes) }),
    atLeast: curvature / (dot(u, u) + 2 * dot(u, slopes) + dot(slopes, slopes)),
    cost: {
      single: single.milliseconds,
      ofFour: four.milliseconds / vectors.length,
      compileSingle: single.compile,
      compileFour: four.compile,
      value: performance.now() - value,
      ...(await measureEngine(dimension)),
    },
  };
}

/** A random direction. */
export function unit(dimension: number, stream: Random): Float64Array {
  const vector = new Float64Array(dimension);
  for (let i = 0; i < dimension; i++) vector[i] = stream.normal();
  return overOwnLength(vector);
}

/** A vector's direction; nothing stays nothing. */
export const normalized = (vector: LongVector): Float64Array => overOwnLength(copied(vector));

function overOwnLength(vector: Float64Array): Float64Array {
  const length = norm(vector);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] /= length;
  return vector;
}
