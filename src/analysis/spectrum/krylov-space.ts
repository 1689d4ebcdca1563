import {
  type Vector,
  addScaled,
  combine,
  componentsAlong,
  dot,
  norm,
  orthogonalize,
  reorthogonalize,
  scale,
  subtractCombination,
} from '../../core/vectors';
import { LARGE } from '../../core/large';
import { type LongVector, copied, isStored, released, stretchOf } from '../../core/long-vector';
import type { SymmetricOperator } from '../operator';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen';

/** A unit vector waiting to be multiplied: orthogonal to the space and to the other vectors on its frontier. */
export interface FrontierVector {
  readonly vector: Vector;
  /** Its inner products with H q_j, one for each basis vector q_j of the space. */
  readonly coupling: readonly number[];
}

/** Ritz pairs, ascending in value. */
export interface RitzPairs {
  readonly values: Float64Array;
  /** |H y - theta y| as the recurrence knows it: exact in exact arithmetic, too small near the rounding level. */
  readonly residuals: Float64Array;
  /** Coefficients in the basis, one array a pair. */
  readonly coefficients: readonly Float64Array[];
}

/** A frontier vector that lies in another space but for this length has nothing of its own. */
const LEFT_OVER = 1e-10;

/** A vector of which at most this share lies outside the space is one of the space: in float32 it is 6e-8 of it. */
const INSIDE = 1e-6;

/** A residual below this share of the largest product's norm is rounding: the space is invariant. */
const breakdown = 1e-12;

/**
 * A Krylov decomposition H Q = Q G + F B of a symmetric H, grown one product at a time, with Q = `vectors`
 * orthonormal, G = Q'HQ, and F the frontier, orthonormal and orthogonal to Q. With one start it is Lanczos with
 * full reorthogonalization; with several it is a block method whose starts may join at any time; `compress` is
 * the thick restart (Stewart 2001; Wu and Simon 2000). Given `deflated`, an orthonormal set, the space belongs
 * to H restricted to the complement of that set.
 *
 * Memory: `bytesPerVector` for each vector of Q and F. They are kept in float64, beyond `LARGE` in float32, and those of Q
 * put down where the operator has a place for them;
 * all arithmetic is in float64. A vector is rounded when it joins, before its product is taken, so that G belongs to the
 * rounded Q, whose vectors are orthogonal to 6e-8 over the root of `dimension`: eigenvalues move by the square of the
 * rounding, residuals by 6e-8 of the operator's norm, which is what products in float32 leave anyway.
 */
export class KrylovSpace {
  private basis: LongVector[] = [];
  private projection: number[][] = [];
  private waiting: { vector: Vector; coupling: number[] }[] = [];
  private largestProduct = 0;
  private unsymmetric = 0;
  /** As they are until the space changes. */
  private pairs: RitzPairs | undefined;

  constructor(
    readonly dimension: number,
    private readonly deflated: readonly LongVector[] = [],
    private readonly precision: 'float64' | 'float32' = dimension > LARGE ? 'float32' : 'float64',
    private readonly rest: (vector: Vector) => LongVector = (vector) => vector,
  ) {}

  /** An empty space of an operator, its vectors where the operator keeps them. */
  static of({ dimension, rest }: SymmetricOperator): KrylovSpace {
    return new KrylovSpace(dimension, [], undefined, rest);
  }

  get bytesPerVector(): number {
    return this.dimension * (this.precision === 'float32' ? 4 : 8);
  }

  /** Q. */
  get vectors(): readonly LongVector[] {
    return this.basis;
  }

  /** G = Q'HQ, row by row. */
  get projected(): readonly (readonly number[])[] {
    return this.projection;
  }

  /** F with the rows of B. */
  get frontier(): readonly FrontierVector[] {
    return this.waiting;
  }

  get size(): number {
    return this.basis.length;
  }

  /**
   * The largest |a'Hb - b'Ha| seen between vectors of length 1, in one pair for each product: by so much at least products
   * are rounded.
   */
  get asymmetry(): number {
    return this.unsymmetric;
  }

  /** Directions not yet in the space or on its frontier. */
  get room(): number {
    return this.dimension - this.deflated.length - this.basis.length - this.waiting.length;
  }

  /** Puts a start on the frontier. Returns undefined when it has no part outside the space. */
  begin(start: Vector): FrontierVector | undefined {
    return this.beginOwn(new Float64Array(start));
  }

  /** The same with a start that is overwritten. */
  private beginOwn(vector: Float64Array): FrontierVector | undefined {
    if (this.room <= 0) return undefined;
    const before = norm(vector);
    const length = orthogonalize(vector, ...this.everything);
    if (!(length > breakdown * before)) return undefined;
    scale(vector, 1 / length);
    return this.await(vector);
  }

  /**
   * Begins with a vector whose product with H is there already, where both are finite and the vector is not zero; both are
   * overwritten.
   */
  take(start: Float64Array, product: Float64Array): void {
    const length = norm(start);
    if (!(length > 0 && Number.isFinite(length) && Number.isFinite(norm(product)))) return;
    const entry = this.beginOwn(start);
    if (!entry) return;
    scale(product, 1 / length);
    this.extend(entry, product);
  }

  /**
   * Moves `next` from the frontier into the space, given its product with H, which is overwritten. Returns the vector that
   * continues its recurrence, or undefined when there is none (an invariant space).
   */
  extend(next: FrontierVector, product: Float64Array): FrontierVector | undefined {
    const { vector, coupling } = next;
    const column = this.basis.length;
    const diagonal = dot(vector, product);
    const tied = coupling.reduce(
      (best, entry, j) => (Math.abs(entry) > Math.abs(coupling[best]) ? j : best),
      0,
    );
    if (column > 0)
      this.unsymmetric = Math.max(
        this.unsymmetric,
        Math.abs(dot(this.basis[tied], product) - coupling[tied]),
      );
    this.pairs = undefined;
    this.waiting = this.waiting.filter((entry) => entry !== next);
    this.basis.push(this.rest(vector));
    this.projection.forEach((row, j) => row.push(coupling[j]));
    this.projection.push([...coupling, diagonal]);
    for (const entry of this.waiting) entry.coupling.push(dot(entry.vector, product));

    this.largestProduct = Math.max(this.largestProduct, norm(product));
    // What H is known to have of the space goes first, few vectors mostly, so that one pass over all of them is left.
    subtractCombination(product, this.basis, this.projection[column]);
    const length = reorthogonalize(product, ...this.everything);
    if (this.room <= 0 || length <= breakdown * this.largestProduct) return undefined;
    scale(product, 1 / length);
    const successor = this.await(product);
    successor.coupling[column] = length;
    return successor;
  }

  /** Ritz pairs of the space. */
  ritz(): RitzPairs {
    return (this.pairs ??= this.ritzPairs());
  }

  private ritzPairs(): RitzPairs {
    const size = this.basis.length;
    const eigen = symmetricEigen(this.projection);
    const coefficients = Array.from({ length: size }, (_, index) =>
      Float64Array.from({ length: size }, (_unused, row) => eigen.component(row, index)),
    );
    const residuals = Float64Array.from(coefficients, (s) =>
      Math.hypot(...this.waiting.map((entry) => this.leak(entry, s))),
    );
    return { values: eigen.values, residuals, coefficients };
  }

  /** The component along `entry` of H y, for y with these coefficients in the basis. */
  leak(entry: FrontierVector, coefficients: Float64Array): number {
    let sum = 0;
    for (let j = 0; j < coefficients.length; j++) sum += coefficients[j] * entry.coupling[j];
    return sum;
  }

  /** A vector's components along Q and then F, where it lies in Q; else undefined. */
  coordinates(vector: LongVector): Float64Array | undefined {
    const inside = componentsAlong(this.basis, vector);
    const outside = copied(vector);
    subtractCombination(outside, this.basis, inside);
    if (!(norm(outside) <= INSIDE * norm(vector))) return undefined;
    return Float64Array.from([...inside, ...this.waiting.map(() => 0)]);
  }

  /** H times the vector with these components along Q and F, in such components; undefined where it has some along F. */
  image(coordinates: Float64Array): Float64Array | undefined {
    const inside = coordinates.subarray(0, this.size);
    if (!(norm(coordinates.subarray(this.size)) <= INSIDE * norm(coordinates))) return undefined;
    return this.known(inside);
  }

  /** The vector with these components along Q and F. */
  lifted(coordinates: Float64Array): Float64Array {
    const all = [...this.basis, ...this.waiting.map(({ vector }) => vector)];
    return combine(this.dimension, all, coordinates);
  }

  /**
   * Overwrites the product of a vector z with H by that of the part of z outside the space, but for what lies in the
   * space: H z - H Q Q'z = H z - (Q G + F B) Q'z.
   */
  takeOutside(vector: LongVector, product: Float64Array): void {
    const coefficients = Float64Array.from(componentsAlong(this.basis, vector));
    for (const entry of this.waiting) addScaled(product, -this.leak(entry, coefficients), entry.vector);
  }

  /**
   * What the space knows of H z for a vector z with these components along Q and then F, where it has any, in such
   * components: Q'H z = G Q'z + B'F'z, since H is symmetric, and along F that of the part of z in Q, B Q'z.
   */
  known(along: ArrayLike<number>): Float64Array {
    const inside = Float64Array.from({ length: this.size }, (_, j) => along[j]);
    const own = this.projection.map((row, j) =>
      this.waiting.reduce(
        (sum, { coupling }, i) => sum + coupling[j] * (along[this.size + i] ?? 0),
        dot(Float64Array.from(row), inside),
      ),
    );
    return Float64Array.from([...own, ...this.waiting.map((entry) => this.leak(entry, inside))]);
  }

  /** The vector with these coefficients in the basis. */
  combine(coefficients: ArrayLike<number>): Float64Array {
    return combine(this.dimension, this.basis, coefficients);
  }

  /** Thick restart: replaces the basis by the combinations of it with the given `coefficients`, those of Ritz vectors. */
  compress(coefficients: readonly Float64Array[]): void {
    const rotate = (row: readonly number[]) =>
      coefficients.map((s) => s.reduce((sum, value, j) => sum + value * row[j], 0));
    const halfRotated = this.projection.map(rotate);
    this.projection = coefficients.map((_, j) => rotate(halfRotated.map((row) => row[j])));
    for (const entry of this.waiting) entry.coupling = rotate(entry.coupling);
    rotateInPlace(this.basis, coefficients);
    this.basis.splice(coefficients.length).forEach(released);
    this.pairs = undefined;
  }

  /** An empty space of the operator restricted to the complement of this one's vectors, as they are now. */
  complement(): KrylovSpace {
    return new KrylovSpace(this.dimension, [...this.deflated, ...this.basis], this.precision, this.rest);
  }

  /**
   * Takes in a space that was grown in the `complement` while this one stayed as it was. With V, T, F2, B2 the other's,
   * and F = V X + F2 Y + R C where R is an orthonormal basis of what is left:
   *
   *   H (Q, V) = (Q, V) (G, B'X'; X B, T) + F2 (Y B, B2) + R (C B, 0).
   */
  absorb(other: KrylovSpace): void {
    const grown = other.basis.length;
    const before = this.waiting;
    this.pairs = undefined;
    this.waiting = other.waiting.map(({ vector, coupling }) => ({
      vector,
      coupling: [...this.coupledTo(before, vector), ...coupling],
    }));
    const crossed = other.basis.map((vector) => this.coupledTo(before, vector));
    this.projection = [
      ...this.projection.map((row, i) => [...row, ...crossed.map((entries) => entries[i])]),
      ...other.projection.map((row, j) => [...crossed[j], ...row]),
    ];
    this.basis.push(...other.basis);
    this.largestProduct = Math.max(this.largestProduct, other.largestProduct);
    this.unsymmetric = Math.max(this.unsymmetric, other.unsymmetric);
    for (const { vector } of before) {
      const rest = new Float64Array(vector);
      const length = orthogonalize(rest, ...this.everything);
      if (length <= LEFT_OVER) continue;
      scale(rest, 1 / length);
      const entry = this.await(rest);
      entry.coupling = [...this.coupledTo(before, entry.vector), ...new Array<number>(grown).fill(0)];
    }
  }

  /** v'H Q for a vector that is orthogonal to Q, by the frontier that H Q was left with. */
  private coupledTo(frontier: readonly FrontierVector[], vector: LongVector): number[] {
    const parts = frontier.map((entry) => dot(entry.vector, vector));
    return Array.from({ length: frontier[0]?.coupling.length ?? this.projection.length }, (_, j) =>
      frontier.reduce((sum, { coupling }, i) => sum + parts[i] * coupling[j], 0),
    );
  }

  private await(exact: Float64Array): { vector: Vector; coupling: number[] } {
    const vector = this.precision === 'float32' ? new Float32Array(exact) : exact;
    this.pairs = undefined;
    const entry = { vector, coupling: new Array<number>(this.basis.length).fill(0) };
    this.waiting.push(entry);
    return entry;
  }

  /** All vectors that a new one is made orthogonal to. */
  private get everything(): (readonly LongVector[])[] {
    return [this.deflated, this.basis, this.waiting.map((entry) => entry.vector)];
  }
}

/** Overwrites the first vectors by the combinations, a stretch of rows at a time, so that no copy is needed. */
function rotateInPlace(vectors: readonly LongVector[], coefficients: readonly Float64Array[]): void {
  // In memory so few that all of them stay in the processor's cache.
  const stretch = vectors.some(isStored) ? 2 ** 16 : 4096;
  const dimension = vectors[0]?.length ?? 0;
  for (let begin = 0; begin < dimension; begin += stretch) {
    const end = Math.min(begin + stretch, dimension);
    const parts = vectors.map((vector) => stretchOf(vector, begin, end));
    const combined = coefficients.map((s) => {
      const sum = new Float64Array(end - begin);
      parts.forEach((part, j) => addScaled(sum, s[j], part));
      return sum;
    });
    combined.forEach((part, j) => {
      const vector = vectors[j];
      if (isStored(vector)) vector.write(begin, part);
      else vector.set(part, begin);
    });
  }
}
