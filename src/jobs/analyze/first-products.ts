import type { KnownProduct } from '../../analysis/spectrum/extremes';
import { streams } from '../../core/random-streams';
import { type Random, random as randomFrom } from '../../core/random';
import { type LongVector, copied } from '../../core/long-vector';
import { dot, norm, scale } from '../../core/vectors';
import { type MeasuredCost, measureEngine, timed, timedTwice } from './measured-cost';
import type { AtPoint } from './at-point';
import type { Multiplied } from './witness';

/** The first products of an analysis, each by the price that it had: checks ask about them, and the search begins with them. */
export interface FirstProducts {
  /** A random unit vector, with its product. */
  readonly random: Multiplied;
  /** That product once more. */
  readonly again: LongVector;
  /** The gradient's direction; no direction where there is no gradient. */
  readonly slopes: Multiplied;
  /** Both of these, another random direction and the parameters' in one pass, where the run goes on with such passes. */
  readonly four?: Four;
  /** What random numbers of the checks go on with. */
  readonly stream: Random;
  readonly cost: MeasuredCost;
  /** For an eigenvalue search: the gradient's direction, and the random vector as it was drawn; made anew each time. */
  readonly start: () => KnownProduct;
  readonly fresh: () => KnownProduct;
  /** The largest eigenvalue is at least this: the curvature along one of the two. */
  readonly atLeast: number;
}

/** Four vectors, their products in one pass, and the same once more; empty where that would take long. */
interface Four {
  readonly vectors: readonly LongVector[];
  readonly first: readonly LongVector[];
  readonly second: readonly LongVector[];
}

export interface FirstOptions {
  readonly seed: number;
  /** Whether the run goes on with passes of several vectors. */
  readonly passes: boolean;
  readonly signal?: AbortSignal;
}

/** Operations of a product over all rows up to which another four of them take no time to speak of. */
const CHEAP = 2e8;

/** Multiplies the vectors that checks and search begin with, and times it. @throws CancelledError */
export async function firstProducts(
  { objective, operator, point, gradient }: AtPoint,
  { seed, passes, signal }: FirstOptions,
): Promise<FirstProducts> {
  const { rowWork, rows, parameters, resting } = objective;
  const stream = randomFrom(seed, streams.selfCheck);
  const { dimension } = parameters;
  const drawn = normals(dimension, stream);
  const length = norm(drawn);
  const u = resting.put(overOwnLength(drawn));
  const products = async (asked: readonly LongVector[]) =>
    (await objective.products(operator, point, asked, signal)).map((product) => resting.put(product));
  const single = await timedTwice(() => products([u]));
  const [[hu], [again]] = [single.first, single.second];
  const direction = resting.put(normalized(gradient));
  const slopes = { vector: direction, product: (await products([direction]))[0] };
  const four = passes
    ? await fourTogether(
        // What is far from symmetric on the directions that matter need not be so on random ones, and the other way round.
        [u, direction, resting.put(unit(dimension, stream)), resting.put(normalized(point.theta))],
        products,
        rowWork.operations * rows > CHEAP,
      )
    : undefined;
  const value = performance.now();
  await objective.losses('train', point, signal);
  const valued = performance.now() - value;
  const random = { vector: u, product: hu };
  return {
    ...{ random, again, slopes, four, stream },
    start: () => scaled(norm(direction) > 0 ? slopes : random, 1),
    fresh: () => scaled(random, length),
    atLeast: Math.max(dot(u, hu), norm(direction) > 0 ? dot(direction, slopes.product) : -Infinity),
    cost: {
      single: single.milliseconds,
      ofFour: four ? four.milliseconds / four.vectors.length : single.milliseconds,
      compileSingle: single.compile,
      compileFour: four?.compile ?? 0,
      value: valued,
      ...(await measureEngine(dimension)),
    },
  };
}

async function fourTogether(
  vectors: readonly LongVector[],
  products: (asked: readonly LongVector[]) => Promise<LongVector[]>,
  isDear: boolean,
): Promise<Four & { readonly milliseconds: number; readonly compile: number }> {
  return { vectors, ...(await timed(() => products(vectors), !isDear)) };
}

function scaled({ vector, product }: Multiplied, factor: number): KnownProduct {
  const both = { vector: copied(vector), product: copied(product) };
  scale(both.vector, factor);
  scale(both.product, factor);
  return both;
}

/** Independent standard normal numbers. */
function normals(dimension: number, stream: Random): Float64Array {
  const vector = new Float64Array(dimension);
  for (let i = 0; i < dimension; i++) vector[i] = stream.normal();
  return vector;
}

/** A random direction. */
export const unit = (dimension: number, stream: Random): Float64Array =>
  overOwnLength(normals(dimension, stream));

/** A vector's direction; nothing stays nothing. */
export const normalized = (vector: LongVector): Float64Array => overOwnLength(copied(vector));

function overOwnLength(vector: Float64Array): Float64Array {
  const length = norm(vector);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] /= length;
  return vector;
}
