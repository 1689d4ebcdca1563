import type { SymmetricOperator } from '../operator';
import { ExtremeSearch, type ExtremeOptions, type ExtremeResult } from './extremes';
import { KrylovSpace } from './krylov-space';

export interface SmallestOptions extends ExtremeOptions {
  /** The space of a finished search for the largest: its products are not repeated, and it is grown further. */
  readonly space?: KrylovSpace;
  /** How many of the space's largest Ritz vectors a restart for memory keeps. Default 0. */
  readonly keepLargest?: number;
}

/**
 * The algebraically smallest eigenvalues with their vectors, ascending, by as many recurrences in lockstep as
 * values are wanted: this end of a Hessian's spectrum lies close to the bulk, where a fresh start would need as
 * long as the search itself to notice a missed copy, and a block sees every copy from the start. Takes many more
 * products than `largest`; what has not converged after `maxProducts` is marked so.
 *
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function smallest(
  operator: SymmetricOperator,
  options: SmallestOptions,
): Promise<ExtremeResult> {
  const space = options.space ?? KrylovSpace.of(operator);
  const recurrences = Math.min(options.count, operator.dimension);
  const plan = { end: 'smallest', recurrences, keepOther: options.keepLargest ?? 0 } as const;
  return new ExtremeSearch(operator, space, plan, options).run();
}
