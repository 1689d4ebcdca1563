import type { SymmetricOperator } from '../../../src/analysis/operator';
import type { ExtremeResult, KnownProduct } from '../../../src/analysis/spectrum/extremes';
import { largest } from '../../../src/analysis/spectrum/largest';
import { smallest } from '../../../src/analysis/spectrum/smallest';
import { random } from '../../../src/core/random';
import { inFloat32, normals, rotated } from './operators';
import { SHAPES } from './shapes';

/** An eigenvalue said to have converged that is further from the truth than twice its bound. */
export interface Mistake {
  readonly what: string;
  readonly value: number;
  readonly truth: number;
  readonly errorBound: number;
}

export interface Verdict {
  readonly what: string;
  readonly values: number;
  readonly converged: number;
  readonly products: number;
  readonly mistakes: readonly Mistake[];
}

/** What double precision and a matrix of this norm leave open, whatever is computed. */
const ROUNDING = 1e-13;

/**
 * One seeded operator, searched at both ends (the lower one in the space of the upper or in its own), and what of the
 * outcome is wrong: eigenvalues are compared with the true ones in their order.
 */
export async function judged(seed: number): Promise<Verdict> {
  const source = random(seed, 4_321);
  const names = Object.keys(SHAPES);
  const name = names[seed % names.length];
  const dimension =
    source.uniform() < 0.15 ? 1 + Math.floor(12 * source.uniform()) : 1 + Math.floor(120 * source.uniform());
  const values = SHAPES[name](source, dimension).slice(0, dimension);
  const [single, short, shared] = [source.uniform() < 0.5, source.uniform() < 0.3, source.uniform() < 0.6];
  const count =
    source.uniform() < 0.5 ? 1 + Math.floor(6 * source.uniform()) : 1 + Math.floor(30 * source.uniform());
  const bottom =
    source.uniform() < 0.5 ? 1 + Math.floor(4 * source.uniform()) : 1 + Math.floor(30 * source.uniform());
  const exact = rotated(values, seed);
  const matrix = single ? inFloat32(exact) : exact;
  const start = await leaning(matrix, values, seed);
  const options = { seed, ...(short ? { memory: 0 } : {}) };
  const fresh = source.uniform() < 0.5 ? await multiplied(matrix, seed) : undefined;
  const top = await largest(matrix, {
    ...options,
    count,
    ...(start ? { start: () => copyOf(start) } : {}),
    ...(fresh ? { fresh: () => copyOf(fresh) } : {}),
  });
  const low = await smallest(matrix, {
    ...options,
    count: bottom,
    ...(shared ? { space: top.space, keepLargest: short ? count : 0 } : {}),
  });
  const what = `seed ${seed}, ${name}, dimension ${dimension}, ${count} and ${bottom}, ${single ? 'float32' : 'float64'}${short ? ', short memory' : ''}${shared ? ', one space' : ''}${start ? ', leaning start' : ''}${fresh ? ', fresh one given' : ''}`;
  const ascending = [...values].sort((a, b) => a - b);
  const size = Math.max(...values.map(Math.abs));
  const mistakesOf = (end: string, { pairs }: ExtremeResult, truths: readonly number[]): Mistake[] =>
    pairs.flatMap(({ value, errorBound, converged }, i) =>
      converged && !(Math.abs(value - truths[i]) <= 2 * errorBound + ROUNDING * size)
        ? [{ what: `${what}: ${end} ${i + 1}`, value, truth: truths[i], errorBound }]
        : [],
    );
  return {
    what,
    values: top.pairs.length + low.pairs.length,
    converged: [...top.pairs, ...low.pairs].filter(({ converged }) => converged).length,
    products: top.products + low.products,
    mistakes: [
      ...mistakesOf('largest', top, [...ascending].reverse()),
      ...mistakesOf('smallest', low, ascending),
    ],
  };
}

const copyOf = ({ vector, product }: KnownProduct): KnownProduct => ({
  vector: vector.slice(),
  product: product.slice(),
});

/** Standard normal numbers and their product. */
async function multiplied(matrix: SymmetricOperator, seed: number): Promise<KnownProduct> {
  const vector = normals(matrix.dimension, random(seed, 4_323));
  const [product] = await matrix.apply([vector]);
  return { vector, product };
}

/**
 * For two of three operators a start as mean as one that leans can be: without any part of the upper half of the eigenvectors,
 * or one of them itself.
 */
async function leaning(
  matrix: SymmetricOperator,
  values: readonly number[],
  seed: number,
): Promise<KnownProduct | undefined> {
  if (seed % 3 === 0) return undefined;
  const highestFirst = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  const kept = seed % 3 === 1 ? highestFirst.slice(values.length / 2) : highestFirst.slice(0, 1);
  const projection = rotated(
    values.map((_, i) => (kept.includes(i) ? 1 : 0)),
    seed,
  );
  const source = random(seed, 4_322);
  const [vector] = await projection.apply([Float64Array.from(values, () => source.normal())]);
  const [product] = await matrix.apply([vector]);
  return { vector, product };
}
