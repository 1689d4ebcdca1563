import { dot } from '../../core/vectors';
import type { FrontierVector, KrylovSpace } from './krylov-space';

/** The chance of a standard normal number between -t and t is at most this times t. */
const DENSITY = Math.sqrt(2 / Math.PI);

/**
 * Lanczos from a random start in the complement of a space that has been searched: what it does not find there is, with
 * a probability that is known afterwards, not there.
 *
 * For a unit vector u that H, restricted to the complement, takes to mu u, the recurrence H V = V T + beta v e' leaves
 * u'V = u'v beta e'(mu - T)^-1, so that the start z has along u
 *
 *   |u'z| = |u'v| |z| prod beta_i / prod (mu - theta_i) <= |z| prod beta_i / prod (mu - theta_i).
 *
 * But z is normal, and |u'z| <= t has a chance of t sqrt(2/pi) at most: for mu so far beyond the Ritz values theta_i that
 * this is one in a million, no such u exists. Ritz values that a restart gives up stay in the product.
 */
export class FreshStart {
  /** The vector to multiply next; none when the recurrence has ended. */
  next: FrontierVector | undefined;
  /** Of |z| prod beta_i. */
  private logarithm: number;
  private readonly givenUp: number[] = [];

  /**
   * @param space of H restricted to the complement, without vectors so far.
   * @param start z: independent standard normal numbers.
   * @param sign 1 where the largest eigenvalues are looked for, -1 for the smallest.
   */
  constructor(
    readonly space: KrylovSpace,
    start: Float64Array,
    private readonly sign: 1 | -1,
  ) {
    this.next = space.begin(start);
    this.logarithm = Math.log(this.next ? dot(this.next.vector, start) : 0);
  }

  /** Takes the product of `next`. */
  extend(product: Float64Array): void {
    const column = this.space.size;
    this.next = this.space.extend(this.next!, product);
    this.logarithm += Math.log(this.next?.coupling[column] ?? 0);
  }

  /** The most extreme eigenvalue of the complement is at least this far out. */
  get reached(): number {
    return this.sign * Math.max(...this.outward());
  }

  /** ... and no further out than this, but for a chance of at most `probability`. */
  bound(probability: number): number {
    const values = this.outward();
    const top = Math.max(...values);
    const wanted = Math.log(probability / DENSITY);
    const exceeds = (gap: number) =>
      this.logarithm - values.reduce((sum, value) => sum + Math.log(gap + (top - value)), 0) > wanted;
    let [low, high] = [Number.MIN_VALUE, Math.max(1, top - Math.min(...values))];
    if (!exceeds(low)) return this.sign * top;
    while (exceeds(high)) high *= 16;
    // The root to 1 %, in logarithms: it may be far below the values.
    for (let step = 0; step < 80 && high > 1.01 * low; step++) {
      const middle = Math.sqrt(low) * Math.sqrt(high);
      if (exceeds(middle)) low = middle;
      else high = middle;
    }
    return this.sign * (top + high);
  }

  /** Keeps the `count` most extreme Ritz vectors. */
  restart(count: number): void {
    if (this.space.size <= count) return;
    const { values, coefficients } = this.space.ritz();
    const order = [...values.keys()].sort((a, b) => this.sign * (values[b] - values[a]));
    this.givenUp.push(...order.slice(count).map((index) => values[index]));
    this.space.compress(order.slice(0, count).map((index) => coefficients[index]));
  }

  /** Ritz values, those given up too, counted outwards. */
  private outward(): number[] {
    return [...this.space.ritz().values, ...this.givenUp].map((value) => this.sign * value);
  }
}
