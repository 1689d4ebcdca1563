import { type LongVector, type Vector, eachStretch, isStored } from './long-vector';

export type { Vector } from './long-vector';

/**
 * The inner product of the components [begin, end), all by default; by four running sums, which is faster and
 * rounds less than one.
 */
export function dot(a: LongVector, b: LongVector, begin = 0, end = a.length): number {
  if (!isStored(a) && !isStored(b)) return dotInMemory(a, b, begin, end);
  let sum = 0;
  eachStretch([a, b], ([x, y]) => (sum += dotInMemory(x, y, 0, x.length)), begin, end);
  return sum;
}

function dotInMemory(a: Vector, b: Vector, begin: number, end: number): number {
  const whole = end - ((end - begin) % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = begin; i < whole; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (let i = whole; i < end; i++) s0 += a[i] * b[i];
  return s0 + s1 + (s2 + s3);
}

/** The Euclidean norm. */
export function norm(vector: LongVector): number {
  return Math.sqrt(dot(vector, vector));
}

/** `target += factor * source`, in place. */
export function addScaled(target: Float64Array, factor: number, source: LongVector): void {
  if (isStored(source))
    return eachStretch([source], ([part], begin) =>
      addScaled(target.subarray(begin, begin + part.length), factor, part),
    );
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

/** |a - factor b| without a copy of either, of a part's components where one is given. */
export function distance(
  a: LongVector,
  b: LongVector,
  factor = 1,
  { offset, length } = { offset: 0, length: a.length },
): number {
  let sum = 0;
  const add = ([x, y]: readonly Vector[]) => {
    for (let i = 0; i < x.length; i++) sum += (x[i] - factor * y[i]) ** 2;
  };
  eachStretch([a, b], add, offset, offset + length);
  return Math.sqrt(sum);
}

/** `vector *= factor`, in place. */
export function scale(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] *= factor;
}

/** The linear combination sum_j coefficients[j] basis[j], a new vector of length `dimension`. */
export function combine(
  dimension: number,
  basis: readonly LongVector[],
  coefficients: ArrayLike<number>,
): Float64Array {
  const sum = new Float64Array(dimension);
  subtractCombination(
    sum,
    basis,
    basis.map((_, j) => -coefficients[j]),
  );
  return sum;
}

/**
 * Removes from `vector` its components along orthonormal `bases`, in place, once (classical Gram-Schmidt); returns the
 * square of the length of what it took.
 */
export function projectOut(vector: Float64Array, ...bases: readonly (readonly LongVector[])[]): number {
  let taken = 0;
  for (const basis of bases) {
    const components = componentsAlong(basis, vector);
    subtractCombination(vector, basis, components);
    taken += components.reduce((sum, component) => sum + component ** 2, 0);
  }
  return taken;
}

/** Basis vectors that share one sweep over a long vector: memory is what these loops wait for. */
const SWEEP = 4;

/** Inner products with every vector of a basis, over the components [begin, end), all by default. */
export function componentsAlong(
  basis: readonly LongVector[],
  vector: LongVector,
  begin = 0,
  end = vector.length,
): number[] {
  const components = basis.map(() => 0);
  const add = ([part, ...parts]: readonly Vector[]) =>
    componentsInMemory(parts, part).forEach((component, j) => (components[j] += component));
  if (basis.length > 0) eachStretch([vector, ...basis], add, begin, end);
  return components;
}

function componentsInMemory(basis: readonly Vector[], vector: Vector): number[] {
  const components: number[] = [];
  const whole = basis.length - (basis.length % SWEEP);
  for (let j = 0; j < whole; j += SWEEP) {
    const [a, b, c, d] = basis.slice(j, j + SWEEP);
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = 0; i < vector.length; i++) {
      const x = vector[i];
      s0 += a[i] * x;
      s1 += b[i] * x;
      s2 += c[i] * x;
      s3 += d[i] * x;
    }
    components.push(s0, s1, s2, s3);
  }
  for (const rest of basis.slice(whole)) components.push(dot(rest, vector));
  return components;
}

/** `vector -= sum_j components[j] basis[j]`, in place; those of no component are not looked at. */
export function subtractCombination(
  vector: Float64Array,
  basis: readonly LongVector[],
  components: readonly number[],
): void {
  const [used, factors] = [basis, components].map((all) => all.filter((_, j) => components[j] !== 0)) as [
    LongVector[],
    number[],
  ];
  eachStretch(used, (parts, begin) =>
    subtractInMemory(vector.subarray(begin, begin + parts[0].length), parts, factors),
  );
}

function subtractInMemory(
  vector: Float64Array,
  basis: readonly Vector[],
  components: readonly number[],
): void {
  const whole = basis.length - (basis.length % SWEEP);
  for (let j = 0; j < whole; j += SWEEP) {
    const [a, b, c, d] = basis.slice(j, j + SWEEP);
    const [c0, c1, c2, c3] = components.slice(j, j + SWEEP);
    for (let i = 0; i < vector.length; i++) vector[i] -= c0 * a[i] + c1 * b[i] + (c2 * c[i] + c3 * d[i]);
  }
  for (let j = whole; j < basis.length; j++) addScaled(vector, -components[j], basis[j]);
}

/**
 * Makes `vector` orthogonal to orthonormal `bases` to working precision, in place: two passes, and further
 * ones while a pass still removes more than half ("twice is enough" when the vector is not almost inside the
 * span; Giraud et al. 2005). Returns the norm of what is left.
 */
export const orthogonalize = (vector: Float64Array, ...bases: readonly (readonly LongVector[])[]): number =>
  removeAll(vector, bases, 2);

/** {@link orthogonalize} for a vector from which everything but rounding has been taken already: one pass may do. */
export const reorthogonalize = (vector: Float64Array, ...bases: readonly (readonly LongVector[])[]): number =>
  removeAll(vector, bases, 1);

function removeAll(
  vector: Float64Array,
  bases: readonly (readonly LongVector[])[],
  leastPasses: number,
): number {
  const maxPasses = 5;
  let before = norm(vector);
  for (let pass = 1; pass <= maxPasses; pass++) {
    const taken = projectOut(vector, ...bases);
    // By Pythagoras as long as that cancels little: one more look at a long vector takes as long as a few of its bases'.
    const left = 1 - taken / before ** 2;
    const after = left > 0.25 ? before * Math.sqrt(left) : norm(vector);
    if (pass >= leastPasses && after > 0.5 * before) return after;
    before = after;
  }
  return before;
}
