import { throwIfCancelled } from '../core/errors';
import { type LongVector, type Vector, copied, loaded, released } from '../core/long-vector';
import { addScaled, dot, norm, scale } from '../core/vectors';
import type { SymmetricOperator } from './operator';
import type { KrylovSpace } from './spectrum/krylov-space';

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
  /** Beyond those of a search. */
  readonly products: number;
}

export interface PromiseOptions {
  /** The flattest curvature: a lower bound on all eigenvalues where one is known, else the least that products resolve. */
  readonly flattest: number;
  /** A share of the loss that is too little to count. */
  readonly negligible: number;
  /** Steps at most. */
  readonly products: number;
  /** What a search has multiplied: a step within it takes no product. */
  readonly space?: KrylovSpace;
  readonly signal?: AbortSignal;
}

/** Where a minimization stands: what is left of the gradient, turned round, where it goes next, and how far down it is. */
interface Descent {
  readonly residual: LongVector;
  readonly direction: LongVector;
  readonly value: number;
  readonly steps: number;
  /** Undefined where the next product was not to be had. */
  readonly end?: GradientPromise['end'];
}

type Rest = (vector: Vector) => LongVector;

/**
 * Minimizes the quadratic model g.d + d.Hd/2 by conjugate gradients from d = 0 (Hestenes and Stiefel 1952), whose k-th point
 * is lowest on the Krylov space of g with k dimensions: a step of length a along a residual r lowers it by a |r|²/2. What
 * is left promises at most |r|²/2 over the flattest curvature. A search that began with g has made the same steps: they are
 * taken in its coordinates.
 *
 * @throws CancelledError
 */
export async function gradientPromise(
  operator: SymmetricOperator,
  gradient: LongVector,
  options: PromiseOptions,
): Promise<GradientPromise> {
  const { rest = (vector) => vector } = operator;
  const { space, signal } = options;
  const coordinates = space?.coordinates(gradient);
  let begun = coordinates
    ? await descend(fromRest(coordinates), (unit) => space!.image(loaded(unit)), options)
    : fromRest(gradient, rest);
  if (coordinates && !begun.end) {
    const lifted = (vector: LongVector) => rest(space!.lifted(loaded(vector)));
    begun = { ...begun, residual: lifted(begun.residual), direction: lifted(begun.direction) };
  }
  let products = 0;
  const multiplied = async (unit: LongVector) => {
    throwIfCancelled(signal);
    products++;
    return (await operator.apply([unit], signal))[0];
  };
  const { value, end } = begun.end ? begun : await descend(begun, multiplied, options, rest);
  return { value, end: end!, products };
}

function fromRest(gradient: LongVector, rest: Rest = (vector) => vector): Descent {
  const down = copied(gradient);
  scale(down, -1);
  const residual = rest(down);
  return { residual, direction: rest(copied(residual)), value: 0, steps: 0 };
}

/** Goes on until there is an end, or no product. */
async function descend(
  { residual, direction, value, steps }: Descent,
  multiplied: (unit: LongVector) => Promise<Float64Array> | Float64Array | undefined,
  { flattest, negligible, products }: PromiseOptions,
  rest: Rest = (vector) => vector,
): Promise<Descent> {
  let square = dot(residual, residual);
  for (;;) {
    const here = { residual, direction, value, steps };
    if (square / (2 * flattest) <= negligible) return { ...here, end: 'settled' };
    if (steps >= products) return { ...here, end: 'open' };
    // Of unit length, so that products in float32 neither vanish nor overflow.
    const length = norm(direction);
    const unit = rest(divided(direction, length));
    const image = await multiplied(unit);
    if (!image) return here;
    steps++;
    const curvature = dot(unit, image);
    if (!(Math.abs(curvature) > flattest / 2)) return { ...here, end: 'open' };
    const along = dot(residual, unit);
    value += along ** 2 / (2 * Math.abs(curvature));
    if (curvature < 0) return { ...here, value, end: 'downwards' };
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
