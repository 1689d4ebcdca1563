import { estimateMean, type Numbers } from './statistics';

export interface SampleEstimate {
  readonly value: number;
  /** Null where it is not estimated. */
  readonly standardError: number | null;
  /** Why there is no standard error. */
  readonly reason?: string;
}

/**
 * The mean of a quantity over rows (loss, accuracy, v'H_i v for a fixed unit vector v) with the error from having
 * measured only these rows: the sample standard deviation over sqrt(n).
 *
 * By default the rows stand for the distribution they come from. With `population`, the number of rows of the
 * file from which these were drawn without replacement, they stand for that file: the finite population
 * correction sqrt((N - n)/(N - 1)) applies, and the error is 0 when every row was used.
 *
 * ```ts
 * import { estimateOverRows } from '../../src/analysis/sampling';
 * estimateOverRows([1, 3]); // => { value: 2, standardError: 1 }
 * estimateOverRows([1, 3], 2); // => { value: 2, standardError: 0 }
 * ```
 *
 * @throws RangeError for no rows, or for more of them than the population has.
 */
export function estimateOverRows(rows: Numbers, population?: number): SampleEstimate {
  const count = rows.length;
  if (count === 0) throw new RangeError('A mean needs at least one row.');
  if (population !== undefined && population < count) {
    throw new RangeError(`${count} rows cannot come from a file of ${population}.`);
  }
  const { value, standardError } = estimateMean(rows);
  if (population === count) return { value, standardError: 0 };
  if (count < 2)
    return { value, standardError: null, reason: 'One row has no spread to estimate an error from.' };
  const correction = population === undefined ? 1 : Math.sqrt((population - count) / (population - 1));
  return { value, standardError: standardError * correction };
}
