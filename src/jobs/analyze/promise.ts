import type { LongVector } from '../../core/long-vector';
import { type GradientPromise, gradientPromise } from '../../analysis/gradient-promise';
import type { SymmetricOperator } from '../../analysis/operator';
import { STATIONARY_SHARE } from '../../wording/interpretation/interpretation';
import type { KrylovSpace } from '../../analysis/spectrum/krylov-space';
import type { Report } from '../../contract/report';

/** At most, for what the gradient promises. */
const PROMISE_PRODUCTS = 16;
/** The curvature that products tell from rounding, as a share of the largest. */
const RESOLUTION = { float32: 1e-5, float64: 1e-12 } as const;
/** Of what says that a point is not stationary: too little to count. */
const NEGLIGIBLE = 0.2;

/**
 * How far below the loss the quadratic model's bottom lies, from what the report has of the Hessian's spectrum; undefined
 * where that is another matrix' or has no direction that curves upwards.
 *
 * @throws CancelledError
 */
export async function promiseOf(
  { settings, spectrum, loss }: Report,
  hessian: SymmetricOperator,
  gradient: LongVector,
  { space, signal }: { readonly space: KrylovSpace; readonly signal: AbortSignal },
): Promise<GradientPromise | undefined> {
  const [top] = spectrum.largest;
  const [lowest] = spectrum.smallest;
  if (settings.operator !== 'hessian' || !loss || !(top.value > top.errorBound)) return undefined;
  const known = lowest?.converged ? lowest.value - lowest.errorBound : 0;
  return gradientPromise(hessian, gradient, {
    space,
    flattest: Math.max(known, RESOLUTION[settings.precision] * top.value),
    negligible: NEGLIGIBLE * STATIONARY_SHARE * Math.abs(loss.train.loss.value),
    products: PROMISE_PRODUCTS,
    signal,
  });
}
