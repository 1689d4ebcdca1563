import { type Vector, addScaled, norm, scale } from '../linear-algebra/vectors';
import type { SymmetricOperator } from '../operator';
import type { EigenEstimate, EigenPair } from './eigenpair';
import type { FrontierVector, KrylovSpace } from './krylov-space';
import { gaussian, streams } from './probes';
import { multiply } from './products';

export interface ExtremeOptions {
  /** How many eigenvalues are wanted; all of them when the operator has fewer. */
  readonly count: number;
  /** A value has converged when its residual is at most this share of it. Default 1e-3. */
  readonly tolerance?: number;
  /**
   * ... or at most this share of the operator's norm: a zero eigenvalue has no relative error, and products
   * computed in float32 are not better than about 1e-7. Default 1e-6.
   */
  readonly floor?: number;
  /** Products after which the search gives up; what it has is then marked not converged. Default 300. */
  readonly maxProducts?: number;
  /**
   * Bytes the basis may take before the search restarts with its best vectors. Default 1 GiB; where that is less than
   * the wanted vectors and about eight more take, so many are kept all the same: 1.3 GB for five values of 25 million
   * parameters.
   */
  readonly memory?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (products: number) => void;
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
  /** The space searched, for whoever can use it further: a trace, a search at the other end. */
  readonly space: KrylovSpace;
}

interface Candidate {
  readonly value: number;
  readonly residual: number;
  readonly coefficients: Float64Array;
}

/** Products of a fresh start before it may be judged. */
const checkProducts = 5;
/** Ritz vectors of a fresh start that a restart for memory keeps. */
const OWN = 3;

export interface ExtremePlan {
  readonly end: 'largest' | 'smallest';
  /**
   * Recurrences advanced together, in one multi-vector product. As many starts see as many copies of a multiple
   * eigenvalue, so with fewer of them than wanted values the outcome is questioned by a fresh start.
   */
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
  private readonly tolerance: number;
  private readonly floor: number;
  private readonly maxProducts: number;
  private readonly capacity: number;
  private products = 0;
  private starts = 0;
  private reported = 0;
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
    this.tolerance = options.tolerance ?? 1e-3;
    this.floor = options.floor ?? 1e-6;
    this.maxProducts = options.maxProducts ?? 300;
    const affordable = Math.floor((options.memory ?? 2 ** 30) / space.bytesPerVector);
    // What a restart keeps, a vector to grow by, and the frontier with that of a fresh start.
    this.capacity = Math.max(affordable, this.leastKept + OWN + 2 * plan.recurrences + 2);
  }

  async run(): Promise<ExtremeResult> {
    let complete = this.count === 0;
    while (!complete && (await this.converge())) {
      const verdict = this.plan.recurrences < this.count ? await this.question() : 'confirmed';
      if (verdict === 'undecided') break;
      complete = verdict === 'confirmed';
    }
    const pairs = await this.measure(complete);
    return { pairs, complete, products: this.products, space: this.space };
  }

  /** Grows the space until the wanted pairs have converged. False when the products run out first. */
  private async converge(): Promise<boolean> {
    for (;;) {
      const wanted = this.candidates().slice(0, this.count);
      const open = wanted.filter((pair) => !this.accepts(pair.value, pair.residual));
      this.report(open.length > 0 ? wanted.slice(0, wanted.indexOf(open[0])) : wanted);
      if (wanted.length === this.count && open.length === 0) return true;
      if (this.products >= this.maxProducts) return false;
      this.makeRoom(this.space.size);
      const next = this.next(open);
      if (next.length === 0) return true;
      await this.advance(next);
    }
  }

  /**
   * Grows a second recurrence from a random start in the complement of the space. When its extreme Ritz value
   * plus residual stays short of the last wanted value, that confirms what was found; when it goes beyond it,
   * an eigenvalue had been missed and is now part of the space.
   */
  private async question(): Promise<'confirmed' | 'more' | 'undecided'> {
    const last = this.candidates()[this.count - 1].value;
    let from = this.space.size;
    let own = this.freshStart();
    if (!own) return 'confirmed';
    for (let spent = 1; ; spent++) {
      from = this.makeRoom(from);
      [own] = await this.advance([own]);
      const top = this.candidates(from, this.space.size, own ? [own] : [])[0];
      const lead = this.sign * (top.value - last);
      if (spent >= checkProducts && lead + top.residual < 0) return 'confirmed';
      if (!own || this.accepts(top.value, top.residual)) {
        return this.accepts(last, lead) ? 'confirmed' : 'more';
      }
      if (this.products >= this.maxProducts) return 'undecided';
    }
  }

  /** The wanted pairs, with the rounding of products in their residuals. */
  private async measure(complete: boolean): Promise<EigenPair[]> {
    const wanted = this.candidates().slice(0, this.count);
    const vectors = wanted.map(({ coefficients }) => {
      const vector = this.space.combine(coefficients);
      scale(vector, 1 / norm(vector));
      return vector;
    });
    if (wanted.length === 0) return [];
    const rounding = await this.rounding(wanted[0], vectors[0]);
    return wanted.map((pair, i) => {
      const residual = Math.hypot(pair.residual, rounding);
      const converged = complete && this.accepts(pair.value, residual);
      return { value: pair.value, residual, errorBound: residual, converged, vector: vectors[i] };
    });
  }

  /**
   * How far one more product, with the most extreme vector, is from what the recurrence says it is. Rounding goes into
   * the recurrence's next vector, where its own residuals do not see it; it is largest where the image is.
   */
  private async rounding({ value, coefficients }: Candidate, vector: Float64Array): Promise<number> {
    const [image] = await this.multiply([vector]);
    addScaled(image, -value, vector);
    for (const entry of this.space.frontier)
      addScaled(image, -this.space.leak(entry, coefficients), entry.vector);
    return norm(image);
  }

  private async advance(next: readonly FrontierVector[]): Promise<(FrontierVector | undefined)[]> {
    const products = await this.multiply(next.map((entry) => entry.vector));
    return next.map((entry, i) => this.space.extend(entry, products[i]));
  }

  private async multiply(vectors: readonly Vector[]): Promise<Float64Array[]> {
    const products = await multiply(this.operator, vectors, this.options.signal);
    this.products += vectors.length;
    this.options.onProgress?.(this.products);
    return products;
  }

  private accepts(value: number, residual: number): boolean {
    return residual <= Math.max(this.tolerance * Math.abs(value), this.floor * this.size);
  }

  /** The Ritz pairs of the basis vectors [from, to), the most extreme first. */
  private candidates(from?: number, to?: number, frontier?: readonly FrontierVector[]): Candidate[] {
    const { values, residuals, coefficients } = this.space.ritz(from, to, frontier);
    const pairs = coefficients.map((c, i) => ({
      value: values[i],
      residual: residuals[i],
      coefficients: c,
    }));
    for (const { value } of pairs) this.size = Math.max(this.size, Math.abs(value));
    return this.sign > 0 ? pairs.reverse() : pairs;
  }

  private freshStart(): FrontierVector | undefined {
    const stream = streams[this.plan.end] + this.starts++;
    return this.space.begin(gaussian(this.operator.dimension, this.options.seed ?? 0, stream));
  }

  /** The frontier vectors into which the open pairs leak most, with fresh starts where there are too few. */
  private next(open: readonly Candidate[]): FrontierVector[] {
    for (let start = true; start && this.space.frontier.length < this.plan.recurrences;) {
      start = this.freshStart() !== undefined;
    }
    const leak = (entry: FrontierVector) =>
      Math.hypot(...open.map((pair) => this.space.leak(entry, pair.coefficients)));
    return [...this.space.frontier].sort((a, b) => leak(b) - leak(a)).slice(0, this.plan.recurrences);
  }

  /**
   * When memory is short, restarts the basis before `from` and the part after it, each with its best Ritz
   * vectors. Returns where the second part now begins.
   */
  private makeRoom(from: number): number {
    const { recurrences, keepOther } = this.plan;
    if (this.space.size + this.space.frontier.length + recurrences <= this.capacity) return from;
    this.restart(from, this.space.size, OWN, 0);
    const half = Math.floor(this.capacity / 2) - (this.space.size > from ? OWN : 0);
    return this.restart(0, from, Math.max(half, this.leastKept) - keepOther, keepOther);
  }

  /** The wanted vectors with one beyond them, and those of the other end. */
  private get leastKept(): number {
    return this.count + 1 + this.plan.keepOther;
  }

  /** Keeps the `best` and the `worst` Ritz vectors of [from, to). Returns the index after those kept. */
  private restart(from: number, to: number, best: number, worst: number): number {
    if (to - from <= best + worst) return to;
    const pairs = this.candidates(from, to);
    const kept = [...pairs.slice(0, best), ...pairs.slice(pairs.length - worst)];
    this.space.compress(
      from,
      to,
      kept.map((pair) => pair.coefficients),
    );
    return from + kept.length;
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
