import { addScaled, distance, dot } from '../../core/vectors';
import { type EigenPair, allowedError } from '../../analysis/spectrum/eigenpair';
import { cut, embedded } from '../../analysis/spectrum/layers';
import type { Probe } from '../../analysis/spectrum/extremes';
import { randomWeights } from '../../analysis/spectrum/probes';
import { multiply } from '../../analysis/spectrum/products';
import type { Block } from '../../analysis/spectrum/trace';
import type { SymmetricOperator } from '../../analysis/operator';
import type { Objective, Point } from '../../objective/evaluation/objective';
import { type Random, random } from '../../core/random';
import { streams } from '../../core/random-streams';
import type { OperatorName } from '../../contract/vocabulary';
import { affordableRows } from './float64';

/** What is asked of eigenvectors that were found by rounded products. */
export interface Question {
  readonly operator: OperatorName;
  readonly point: Point;
  readonly pairs: readonly EigenPair[];
  /** A sum of these vectors with its product, where one was made already by what the eigenvectors were found with. */
  readonly probe?: Pick<Probe, 'vector' | 'product'>;
  /** The diagonal blocks whose eigenvectors these are; of the whole matrix without. */
  readonly blocks?: readonly Block[];
  /** The norm of the whole matrix, as far as it is known. */
  readonly norm?: number;
  /** The share of a value that its error may be and the value count as converged. */
  readonly tolerance?: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Eigenpairs with bounds that hold the rounding of the run's products, and how large that was. */
export interface Answer {
  readonly pairs: readonly EigenPair[];
  readonly rounding: number;
}

/** How much more than what another rounding of the parameters moves a product that of all its steps may be. */
const STEPS = 2;
/** One draw may by chance move nothing of a row that decides; of three the largest is hardly ever far too small. */
const DRAWS = 3;

interface Measured {
  readonly pair: EigenPair;
  readonly rounding: number;
}

/**
 * Holds eigenvectors that were found in float32 against products in float64 over all rows, where those can be afforded:
 * value and residual become float64's. Elsewhere, and in float64 itself, the products are made again with every parameter
 * rounded to its other neighbour, up or down by chance: what that moves is how ill-conditioned the products are, over all rows, since
 * rounding within a layer is as good as rounding of its weights (Wilkinson 1963; by chance: Vignes 1993). The rows that weigh
 * most do not tell: where units saturate, rounding decides which these are.
 *
 * What is found with one vector of the whole matrix counts for all: how H is rounded elsewhere can hide an eigenvalue, or
 * make one. Blocks are matrices of their own.
 */
export async function heldAgainstRounding(objective: Objective, question: Question): Promise<Answer> {
  const { pairs, blocks } = question;
  if (pairs.length === 0) return { pairs, rounding: 0 };
  const exact =
    objective.backend.precision === 'float32' && affordableRows(objective, pairs.length) >= objective.rows;
  const measured = await (exact ? inFloat64 : roundedOtherwise)(objective, question);
  const rounding = Math.max(...measured.map((each) => each.rounding));
  const size = Math.max(question.norm ?? 0, ...measured.map(({ pair }) => Math.abs(pair.value)));
  const held = measured.map(({ pair, rounding: own }): EigenPair => {
    const moved = blocks ? own : rounding;
    const errorBound = exact ? Math.max(pair.errorBound, moved) : pair.errorBound + moved;
    return {
      ...pair,
      errorBound,
      converged: pair.converged && errorBound <= allowedError(pair.value, size, question.tolerance),
    };
  });
  return { pairs: held, rounding };
}

/**
 * How far rounding has moved a symmetric matrix of products, as an estimate of the Frobenius norm of that error, which
 * bounds what it did to every eigenvalue (Weyl): the root of the mean |E z|² over vectors of random signs, with E towards
 * products in float64 where these can be afforded over all rows, else towards those of other roundings, as above.
 */
export async function roundingOfMatrix(
  objective: Objective,
  matrix: SymmetricOperator,
  question: Omit<Question, 'pairs' | 'blocks' | 'norm' | 'tolerance'>,
): Promise<number> {
  const { point, operator, seed, signal } = question;
  const stream = random(seed, streams.matrixRounding);
  const vectors = Array.from({ length: DRAWS }, () =>
    Float64Array.from({ length: matrix.dimension }, () => stream.sign()),
  );
  const own = await multiply(matrix, vectors, signal);
  const moved = (products: readonly Float64Array[]) =>
    Math.sqrt(products.reduce((sum, product, j) => sum + distance(product, own[j], 1) ** 2, 0) / DRAWS);
  if (objective.backend.precision === 'float32' && affordableRows(objective, DRAWS) >= objective.rows) {
    const plain = await objective.over(objective.options.trainRows, 'reference');
    try {
      return moved(await plain.products(operator, point, vectors, signal));
    } finally {
      plain.dispose();
    }
  }
  let largest = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const other = otherwise(objective, question, draw);
    largest = Math.max(largest, STEPS * moved(await objective.products(operator, other, vectors, signal)));
  }
  return largest;
}

async function inFloat64(objective: Objective, question: Question): Promise<Measured[]> {
  const plain = await objective.over(objective.options.trainRows, 'reference');
  try {
    const exact = await productsOf(plain, question);
    return question.pairs.map((pair, j) => {
      const value = dot(pair.vector, exact[j]);
      const rounding = beyondResidual(exact[j], pair);
      const residual = distance(exact[j], pair.vector, value);
      return {
        pair: { ...pair, value, residual, errorBound: Math.max(pair.errorBound, residual) },
        rounding,
      };
    });
  } finally {
    plain.dispose();
  }
}

/**
 * One vector stands for all: their sum with random signs, whose product has in it what rounding does to each, none of it
 * taken off by another's in the mean (Hutchinson 1990). In the mean that is not less than what it does to the worst, and at
 * most the root of their number more. Where it is too much for a block, the block is asked by itself.
 */
async function roundedOtherwise(objective: Objective, question: Question): Promise<Measured[]> {
  const { pairs, blocks } = question;
  if (!blocks) {
    const whole = { offset: 0, length: objective.parameters.dimension };
    const places = pairs.map(() => whole);
    const [rounding] = await movedTogether(objective, question, places, [whole]);
    return pairs.map((pair) => withRounding(pair, rounding));
  }
  const together = await movedTogether(objective, question, blocks, blocks);
  const small = (j: number) =>
    together[j] <= allowedError(pairs[j].value, question.norm ?? 0, question.tolerance);
  const open = pairs.flatMap((_, j) => (small(j) ? [] : [j]));
  const alone = await movedAlone(objective, {
    ...question,
    pairs: open.map((j) => pairs[j]),
    blocks: open.map((j) => blocks[j]),
  });
  open.forEach((j, i) => (together[j] = alone[i]));
  return pairs.map((pair, j) => withRounding(pair, together[j]));
}

const withRounding = (pair: EigenPair, rounding: number): Measured => ({
  pair: { ...pair, residual: Math.hypot(pair.residual, rounding) },
  rounding,
});

/**
 * How far other roundings move the product with the sum of all vectors, each in its place, in each of these parts. Signs and
 * sizes about 1 are random, so that no draw takes off by one vector what it has of another.
 */
async function movedTogether(
  objective: Objective,
  question: Question,
  places: readonly Block[],
  parts: readonly Block[],
): Promise<Float64Array> {
  const { operator, signal } = question;
  const { vector: sum, product: own } = question.probe ?? (await summed(objective, question, places));
  const moved = new Float64Array(parts.length);
  // In a function of its own, so that nothing holds a long product until the next one is there.
  const hold = async (draw: number) => {
    const [other] = await objective.products(operator, otherwise(objective, question, draw), [sum], signal);
    parts.forEach((part, j) => {
      moved[j] = Math.max(moved[j], STEPS * distance(other, own, 1, part));
    });
  };
  for (let draw = 0; draw < DRAWS; draw++) {
    await hold(draw);
    objective.resting.tidy(objective.parameters.dimension);
  }
  return moved;
}

/** The sum of all vectors, each in its place, with random signs and sizes, and its product. */
async function summed(
  objective: Objective,
  { pairs, operator, point, seed, signal }: Question,
  places: readonly Block[],
): Promise<Pick<Probe, 'vector' | 'product'>> {
  const { parameters, resting } = objective;
  const weights = randomWeights(seed, pairs.length);
  const sum = new Float64Array(parameters.dimension);
  pairs.forEach(({ vector }, j) => {
    const { offset, length } = places[j];
    addScaled(sum.subarray(offset, offset + length), weights[j], vector);
  });
  const vector = resting.put(sum);
  return { vector, product: resting.put((await objective.products(operator, point, [vector], signal))[0]) };
}

/** How far they move the product with each vector by itself. */
async function movedAlone(objective: Objective, question: Question): Promise<Float64Array> {
  const { pairs } = question;
  const moved = new Float64Array(pairs.length);
  for (let draw = 0; draw < DRAWS && pairs.length > 0; draw++) {
    const point = otherwise(objective, question, draw);
    (await productsOf(objective, { ...question, point })).forEach((product, j) => {
      moved[j] = Math.max(moved[j], STEPS * beyondResidual(product, pairs[j]));
    });
  }
  return moved;
}

/** The place with its parameters rounded otherwise, as this draw has them. */
function otherwise(
  { backend, parameters, resting }: Objective,
  { point, seed }: Pick<Question, 'point' | 'seed'>,
  draw: number,
): Point {
  const theta = () =>
    otherNeighbours(point.theta, backend.precision, random(seed, streams.otherRounding + draw));
  if (!resting.takes(parameters.dimension)) return { ...point, theta: theta() };
  // So long a vector is made when the lanes are sent there, and not kept.
  return {
    ...(point.state ? { state: point.state } : {}),
    get theta() {
      return theta();
    },
  };
}

/** The products with the vectors, and of those what lies in the blocks. */
async function productsOf(
  objective: Objective,
  { operator, pairs, blocks, point, signal }: Question,
): Promise<Float64Array[]> {
  const { dimension } = objective.parameters;
  const vectors = pairs.map(({ vector }, j) => (blocks ? embedded(vector, blocks[j], dimension) : vector));
  const products = await objective.products(operator, point, vectors, signal);
  return blocks ? products.map((product, j) => cut(product, blocks[j])) : products;
}

/** How much further a product is from the vector's multiple than the pair's residual says. */
const beyondResidual = (product: Float64Array, { value, vector, residual }: EigenPair): number =>
  Math.sqrt(Math.max(0, distance(product, vector, value) ** 2 - residual ** 2));

/** Every parameter that is not 0 as the number above or below the one that it becomes, each by a coin. */
function otherNeighbours(
  theta: Float64Array,
  precision: 'float32' | 'float64',
  stream: Random,
): Float64Array {
  if (precision === 'float64')
    return theta.map((parameter) => parameter * (1 + stream.sign() * Number.EPSILON));
  const number = new Float32Array(1);
  const bits = new Int32Array(number.buffer);
  return theta.map((parameter) => {
    number[0] = parameter;
    if (number[0] === 0) return parameter;
    bits[0] += stream.sign();
    return Number.isFinite(number[0]) ? number[0] : parameter;
  });
}
