import type { SymmetricOperator } from '../operator';
import { ExtremeSearch, type ExtremeOptions, type ExtremeResult } from './extremes';
import { KrylovSpace } from './krylov-space';

export interface LargestResult extends ExtremeResult {
  /**
   * The lowest Ritz value of the run: the lowest eigenvalue is at most this. Never converged by itself; see
   * `smallest`.
   */
  readonly lowestRitz: { readonly value: number; readonly residual: number; readonly converged: false };
}

/**
 * The algebraically largest eigenvalues with their vectors, descending, by Lanczos with full
 * reorthogonalization. Stops when every residual is below the tolerance, then a fresh random start orthogonal to
 * all that was found looks for copies of multiple eigenvalues, and a last product measures how far products are rounded.
 * All of `dimension` when `count` reaches it.
 *
 * ```ts
 * import { largest } from '../../src/analysis/spectrum/largest';
 * import { diagonal } from '../../test/unit/analysis/operators';
 * const { pairs } = await largest(diagonal([4, -7, 9, 1]), { count: 2, seed: 1 });
 * pairs.map(({ value }) => Math.round(value * 1e6) / 1e6); // => [9, 4]
 * ```
 *
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function largest(operator: SymmetricOperator, options: ExtremeOptions): Promise<LargestResult> {
  const space = KrylovSpace.of(operator);
  const plan = { end: 'largest', recurrences: 1, keepOther: 0 } as const;
  const result = await new ExtremeSearch(operator, space, plan, options).run();
  const ritz = space.ritz();
  return {
    ...result,
    lowestRitz: { value: ritz.values[0] ?? 0, residual: ritz.residuals[0] ?? 0, converged: false },
  };
}
