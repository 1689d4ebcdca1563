import type { LongVector } from '../../core/long-vector';
import { addScaled, combine, dot, norm, scale } from '../../core/vectors';
import type { SymmetricOperator } from '../operator';
import { type EigenEstimate, type EigenPair, FLOOR, FLOOR_64, allowedError } from './eigenpair';
import { FreshStart } from './fresh-start';
import type { FrontierVector, KrylovSpace } from './krylov-space';
import { gaussian, randomWeights, streams } from './probes';
import { multiply, roundingOf } from './products';

export interface ExtremeOptions {
  /** How many eigenvalues are wanted; all of them when the operator has fewer. */
  readonly count: number;
  /** A value has converged when its residual is at most this share of it. Default 1e-3. */
  readonly tolerance?: number;
  /**
   * ... or at most this share of the operator's norm: a zero eigenvalue has no relative error, and products
   * computed in float32 are not better than about 1e-7. Default 1e-6, for products known to be in float64 1e-12.
   */
  readonly floor?: number;
  /** Products after which the search gives up; what it has is then marked not converged. Default 300. */
  readonly maxProducts?: number;
  /**
   * Bytes the basis may take before the search restarts with its best vectors. Default 1 GiB, of vectors that are put down
   * 8 GiB; where that is less than
   * the wanted vectors and about eight more take, so many are kept all the same: 1.3 GB for five values of 25 million
   * parameters.
   */
  readonly memory?: number;
  /**
   * A vector whose product is there already, in place of the first random start: one that leans towards the wanted vectors
   * saves products, as the gradient does (Gur-Ari et al. 2018). What it gives is overwritten.
   */
  readonly start?: () => KnownProduct;
  /**
   * A vector of independent standard normal numbers, from which nothing else of the search depends, with its product: the
   * first look for missed eigenvalues begins with it. What it gives is overwritten.
   */
  readonly fresh?: () => KnownProduct;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (products: number) => void;
  /** Called with the most extreme Ritz value whenever it has moved: the eigenvalue that is sought lies at it or beyond. */
  readonly onHighest?: (value: number) => void;
  /** Called whenever one more value has converged, with all of them so far, the most extreme first. */
  readonly onValues?: (values: readonly EigenEstimate[]) => void;
}

export interface ExtremeResult {
  /** The most extreme first. Residuals have the rounding of products in, as a last product measures it. */
  readonly pairs: readonly EigenPair[];
  /** Whether the check for missed copies ended before `maxProducts` did. */
  readonly complete: boolean;
  /** Products spent by this search. */
  readonly products: number;
  /** A sum of the eigenvectors that was multiplied by itself; none where there are none. */
  readonly probe?: Probe;
  /** The space searched, for whoever can use it further: a trace, a search at the other end. */
  readonly space: KrylovSpace;
}

/** A vector whose product with the operator is there already. */
export interface KnownProduct {
  readonly vector: Float64Array;
  readonly product: Float64Array;
}

/** The product with a sum of the eigenvectors found, random signs and sizes about 1 to them, against what others say of it. */
export interface Probe {
  readonly vector: LongVector;
  readonly product: LongVector;
  /** How far the product is from the combination of those that the space was made of, over its length. */
  readonly apart: number;
}

interface Candidate {
  readonly value: number;
  readonly residual: number;
  readonly coefficients: Float64Array;
}

/**
 * The chance, an eigenvalue missed, that it is missed by a question too: in an operator large enough for products to
 * count, until one was found.
 */
const CHANCE = 1e-3;
const SMALL_CHANCE = 1e-6;
/** Up to this dimension, and where eigenvalues were missed before, the smaller one. */
const SMALL = 400;
/** Rounding where it was not measured, over the largest that was. */
const UNSEEN = 2;
/** Bytes of vectors that are put down: more would be read for longer than a product takes. */
const RESTING = 2 ** 33;
/** Products after which a question is content with an answer as good as the values need to be. */
const PATIENCE = 8;
/** Vectors that the question has room for at least, and Ritz vectors of it that a restart for memory keeps. */
const ROOM = 6;
const OWN = 3;

export interface ExtremePlan {
  readonly end: 'largest' | 'smallest';
  /** Recurrences advanced together, in one multi-vector product; as many starts see as many copies of a multiple value. */
  readonly recurrences: number;
  /** Ritz vectors of the other end that a restart for memory keeps. */
  readonly keepOther: number;
}

/**
 * The search behind `largest` and `smallest`: a Krylov space grown until the wanted Ritz pairs have converged by
 * residual and nothing contradicts them.
 */
export class ExtremeSearch {
  private readonly sign: 1 | -1;
  private readonly count: number;
  private readonly floor: number;
  private readonly maxProducts: number;
  private readonly capacity: number;
  private products = 0;
  private starts = 0;
  private reported = 0;
  private highest: number | undefined;
  /** Whether a question has found what had been missed. */
  private missed = false;
  private freshTaken = false;
  /** What no eigenvalue lies beyond but those in the space, as far as questions tell. */
  private horizon: number | undefined;
  /** The largest Ritz value by magnitude: a lower bound of the operator's norm. */
  private size = 0;

  /** @param space grown further: what it already holds counts for this search. */
  constructor(
    private readonly operator: SymmetricOperator,
    private readonly space: KrylovSpace,
    private readonly plan: ExtremePlan,
    private readonly options: ExtremeOptions,
  ) {
    this.sign = plan.end === 'largest' ? 1 : -1;
    this.count = Math.min(options.count, operator.dimension);
    this.floor = options.floor ?? (operator.precision === 'float64' ? FLOOR_64 : FLOOR);
    this.maxProducts = options.maxProducts ?? 300;
    const most = operator.rest ? Math.min(RESTING, operator.restingRoom ?? RESTING) : 2 ** 30;
    const affordable = Math.floor((options.memory ?? most) / space.bytesPerVector);
    this.capacity = Math.max(affordable, this.leastKept + plan.recurrences + ROOM);
  }

  /**
   * Searches until the values asked for are found, or cannot be.
   * @throws CancelledError; UserError when a product is not finite.
   */
  async run(): Promise<ExtremeResult> {
    const { start } = this.options;
    if (start) this.begin(start());
    let complete = this.count === 0;
    while (!complete && (await this.converge())) {
      complete = this.space.size === this.operator.dimension || this.isOutside();
      if (!complete && !(await this.question())) break;
    }
    const measured = await this.measure(complete);
    return { ...measured, complete, products: this.products, space: this.space };
  }

  private begin({ vector, product }: KnownProduct): void {
    this.space.take(vector, product);
  }

  /** Grows the space until the wanted pairs have converged. False when the products run out first. */
  private async converge(): Promise<boolean> {
    for (;;) {
      const wanted = this.candidates().slice(0, this.count);
      this.reportHighest(wanted[0]);
      const open = wanted.filter((pair) => !this.accepts(pair.value, pair.residual));
      this.report(open.length > 0 ? wanted.slice(0, wanted.indexOf(open[0])) : wanted);
      if (wanted.length === this.count && open.length === 0) return true;
      if (this.products >= this.maxProducts) return false;
      this.makeRoom();
      const next = this.next(open);
      if (next.length === 0) return true;
      await this.advance(next);
    }
  }

  /** Whether nothing that was missed can be further out than the last wanted value, as well as that has to be known. */
  private isOutside(): boolean {
    const { value } = this.candidates()[this.count - 1];
    return this.horizon !== undefined && this.sign * (this.horizon - value) <= this.allowed(value);
  }

  /**
   * Looks, from a fresh random start in the complement of the space, for an eigenvalue beyond the last wanted one: a copy
   * of a multiple one, or one that other starts have next to nothing of. What was seen becomes part of the space; with
   * nothing beyond, that is remembered as the horizon.
   *
   * @returns false when the products run out before either is known.
   */
  private async question(): Promise<boolean> {
    this.keep(this.capacity - this.space.frontier.length - ROOM);
    const last = this.candidates()[this.count - 1];
    const allowed = this.allowed(last.value);
    const { vector, product } = this.freshVector();
    const start = new FreshStart(this.space.complement(), vector, this.sign);
    let given = product && start.next ? this.outside(vector, product, start.next) : undefined;
    const chance = this.missed || this.operator.dimension <= SMALL ? SMALL_CHANCE : CHANCE;
    let known = start.next === undefined;
    if (known) this.horizon = last.value;
    for (let spent = 1; !known && (given !== undefined || this.products < this.maxProducts); spent++) {
      if (this.held + start.space.size + 2 > this.capacity) start.restart(OWN);
      start.extend(given ?? (await this.multiply([start.next!.vector]))[0]);
      given = undefined;
      const lead = this.sign * (start.reached - last.value);
      this.missed ||= lead > allowed;
      known = lead > allowed || !start.next;
      if (lead > allowed) continue;
      const bound = start.bound(chance);
      const open = this.sign * (bound - last.value);
      known ||= open <= (spent < PATIENCE ? last.residual : allowed);
      if (known) this.horizon = bound;
    }
    this.space.absorb(start.space);
    return known;
  }

  /** Standard normal numbers that the space knows nothing of: the given ones first. */
  private freshVector(): { readonly vector: Float64Array; readonly product?: Float64Array } {
    const { fresh } = this.options;
    if (!fresh || this.freshTaken) return { vector: this.draw() };
    this.freshTaken = true;
    return fresh();
  }

  /** The product of `next`, the direction of a vector's part outside the space, from that of the vector. */
  private outside(vector: Float64Array, product: Float64Array, next: FrontierVector): Float64Array {
    this.space.takeOutside(vector, product);
    scale(product, 1 / dot(next.vector, vector));
    return product;
  }

  /** The wanted pairs, with the rounding of products in their residuals. */
  private async measure(complete: boolean): Promise<Pick<ExtremeResult, 'pairs' | 'probe'>> {
    const wanted = this.candidates().slice(0, this.count);
    const vectors = wanted.map(({ coefficients }) => {
      const vector = this.space.combine(coefficients);
      scale(vector, 1 / norm(vector));
      return this.rested(vector);
    });
    if (wanted.length === 0) return { pairs: [] };
    const { probe, rounding } = await this.probed(wanted, vectors);
    const pairs = wanted.map((pair, i) => {
      const residual = Math.hypot(pair.residual, rounding);
      const hidden = this.sign * ((this.horizon ?? pair.value) - pair.value);
      const errorBound = Math.max(residual, hidden);
      const converged = complete && this.accepts(pair.value, errorBound);
      return { value: pair.value, residual, errorBound, converged, vector: vectors[i] };
    });
    return { pairs, probe };
  }

  /**
   * How far products are rounded: how far one more, with a sum of the wanted vectors, is from what the recurrence says it
   * is, in the mean over signs no less than with the most extreme one alone; or how far from symmetric those before were,
   * but at least a digit. Rounding goes into the recurrence's next vector, where its own residuals do not see it; it is
   * largest where the image is.
   */
  private async probed(
    wanted: readonly Candidate[],
    vectors: readonly LongVector[],
  ): Promise<{ readonly probe: Probe; readonly rounding: number }> {
    const weights = randomWeights(this.options.seed ?? 0, wanted.length);
    const vector = this.rested(combine(this.operator.dimension, vectors, weights));
    const [image] = await this.multiply([vector]);
    const product = this.operator.rest ? this.rested(image) : image.slice();
    const digit = roundingOf(this.operator, image) * this.size;
    wanted.forEach(({ value }, i) => addScaled(image, -weights[i] * value, vectors[i]));
    for (const entry of this.space.frontier) {
      const leak = wanted.reduce(
        (all, { coefficients }, i) => all + weights[i] * this.space.leak(entry, coefficients),
        0,
      );
      addScaled(image, -leak, entry.vector);
    }
    const left = norm(image);
    return {
      probe: { vector, product, apart: left / (norm(product) || 1) },
      rounding: Math.max(left / Math.abs(weights[0]), UNSEEN * this.space.asymmetry, digit),
    };
  }

  private rested(vector: Float64Array): LongVector {
    return this.operator.rest?.(vector) ?? vector;
  }

  private async advance(next: readonly FrontierVector[]): Promise<(FrontierVector | undefined)[]> {
    const products = await this.multiply(next.map((entry) => entry.vector));
    return next.map((entry, i) => this.space.extend(entry, products[i]));
  }

  private async multiply(vectors: readonly LongVector[]): Promise<Float64Array[]> {
    const products = await multiply(this.operator, vectors, this.options.signal);
    this.products += vectors.length;
    this.options.onProgress?.(this.products);
    return products;
  }

  private accepts(value: number, residual: number): boolean {
    return residual <= this.allowed(value);
  }

  /** The error that an eigenvalue of this size may have. */
  private allowed(value: number): number {
    return allowedError(value, this.size, this.options.tolerance, this.floor);
  }

  /** The Ritz pairs, the most extreme first. */
  private candidates(): Candidate[] {
    const { values, residuals, coefficients } = this.space.ritz();
    const pairs = coefficients.map((c, i) => ({
      value: values[i],
      residual: residuals[i],
      coefficients: c,
    }));
    for (const { value } of pairs) this.size = Math.max(this.size, Math.abs(value));
    return this.sign > 0 ? pairs.reverse() : pairs;
  }

  /** A start that this search has not had. */
  private draw(): Float64Array {
    const stream = streams[this.plan.end] + this.starts++;
    return gaussian(this.operator.dimension, this.options.seed ?? 0, stream);
  }

  /** The frontier vectors into which the open pairs leak most, with fresh starts where there are too few. */
  private next(open: readonly Candidate[]): FrontierVector[] {
    for (let start = true; start && this.space.frontier.length < this.plan.recurrences;) {
      start = this.space.begin(this.draw()) !== undefined;
    }
    const leak = (entry: FrontierVector) =>
      Math.hypot(...open.map((pair) => this.space.leak(entry, pair.coefficients)));
    return [...this.space.frontier].sort((a, b) => leak(b) - leak(a)).slice(0, this.plan.recurrences);
  }

  /** Vectors of the space and its frontier. */
  private get held(): number {
    return this.space.size + this.space.frontier.length;
  }

  /** When memory is short, restarts the basis with its best Ritz vectors. */
  private makeRoom(): void {
    if (this.held + this.plan.recurrences > this.capacity) this.keep(Math.floor(this.capacity / 2));
  }

  /** Restarts a basis of more than `most` vectors with its best ones. */
  private keep(most: number): void {
    const kept = Math.max(most, this.leastKept);
    if (this.space.size <= kept) return;
    const { keepOther } = this.plan;
    const pairs = this.candidates();
    const best = [...pairs.slice(0, kept - keepOther), ...pairs.slice(pairs.length - keepOther)];
    this.space.compress(best.map((pair) => pair.coefficients));
  }

  /** The wanted vectors with one beyond them, and those of the other end. */
  private get leastKept(): number {
    return this.count + 1 + this.plan.keepOther;
  }

  private reportHighest(first: Candidate | undefined): void {
    // Once it has converged it is told with its error.
    if (!first || this.reported > 0 || first.value === this.highest) return;
    this.highest = first.value;
    this.options.onHighest?.(first.value);
  }

  private report(converged: readonly Candidate[]): void {
    if (converged.length <= this.reported) return;
    this.reported = converged.length;
    // The recurrence's residual falls below what the products' rounding leaves; only `measure` sees that.
    const bound = (residual: number) => Math.max(residual, this.floor * this.size);
    this.options.onValues?.(
      converged.map(({ value, residual }) => ({
        value,
        residual,
        errorBound: bound(residual),
        converged: true,
      })),
    );
  }
}
