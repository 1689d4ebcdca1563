import { throwIfCancelled } from '../core/errors';
import { type LongVector, copied, loaded, released } from '../core/long-vector';
import { addScaled, dot, norm, scale } from '../core/vectors';
import type { SymmetricOperator } from './operator';

/** What the quadratic model says that the gradient is worth. */
export interface GradientPromise {
  /**
   * gᵀ|H|⁺g/2 on the Krylov space of g: how far the model's bottom lies below the loss; at most what it is on the whole
   * space, where no curvature is negative.
   */
  readonly value: number;
  /**
   * `settled`: what is left of the gradient promises too little to count, even along the flattest curvature that is known.
   * `open`: it may promise more. `downwards`: it leads into negative curvature, whose share is counted by its size.
   */
  readonly end: 'settled' | 'open' | 'downwards';
  readonly products: number;
}

export interface PromiseOptions {
  /** The flattest curvature: a lower bound on all eigenvalues where one is known, else the least that products resolve. */
  readonly flattest: number;
  /** A share of the loss that is too little to count. */
  readonly negligible: number;
  /** Products at most. */
  readonly products: number;
  readonly signal?: AbortSignal;
}

/**
 * Minimizes the quadratic model g.d + d.Hd/2 by conjugate gradients from d = 0 (Hestenes and Stiefel 1952), whose k-th point
 * is lowest on the Krylov space of g with k dimensions: a step of length a along a residual r lowers it by a |r|²/2. What
 * is left promises at most |r|²/2 over the flattest curvature.
 *
 * @throws CancelledError
 */
export async function gradientPromise(
  operator: SymmetricOperator,
  gradient: LongVector,
  { flattest, negligible, products, signal }: PromiseOptions,
): Promise<GradientPromise> {
  const { rest = (vector) => vector } = operator;
  const start = copied(gradient);
  scale(start, -1);
  let residual = rest(start);
  let direction = rest(copied(residual));
  let square = dot(residual, residual);
  let value = 0;
  for (let spent = 0; ; spent++) {
    if (square / (2 * flattest) <= negligible) return { value, end: 'settled', products: spent };
    if (spent >= products) return { value, end: 'open', products: spent };
    throwIfCancelled(signal);
    // Of unit length, so that products in float32 neither vanish nor overflow.
    const length = norm(direction);
    const unit = rest(divided(direction, length));
    const [image] = await operator.apply([unit], signal);
    const curvature = dot(unit, image);
    if (!(Math.abs(curvature) > flattest / 2)) return { value, end: 'open', products: spent + 1 };
    const along = dot(residual, unit);
    value += along ** 2 / (2 * Math.abs(curvature));
    if (curvature < 0) return { value, end: 'downwards', products: spent + 1 };
    const lower = loaded(residual);
    addScaled(lower, -along / curvature, image);
    const left = dot(lower, lower);
    const share = left / square;
    square = left;
    const next = loaded(direction);
    for (let i = 0; i < next.length; i++) next[i] = lower[i] + share * next[i];
    [unit, residual, direction].forEach(released);
    [residual, direction] = [rest(lower), rest(next)];
  }
}

function divided(vector: LongVector, length: number): Float64Array {
  const copy = copied(vector);
  for (let i = 0; i < copy.length; i++) copy[i] /= length;
  return copy;
}
