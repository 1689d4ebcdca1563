/** A number estimated from a random sample. */
export interface Estimate {
  readonly value: number;
  /** The standard deviation of `value` over the randomness named where it is computed. */
  readonly standardError: number;
}

/** Numbers in a row. */
export type Numbers = readonly number[] | Float64Array;

/** The arithmetic mean; 0 for no values. */
export function mean(values: Numbers): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** The unbiased sample variance (n - 1 in the denominator); NaN for fewer than two values. */
export function variance(values: Numbers): number {
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) ** 2;
  return values.length < 2 ? Number.NaN : sum / (values.length - 1);
}

/** The mean of independent samples with its standard error. */
export function estimateMean(samples: Numbers): Estimate {
  return { value: mean(samples), standardError: Math.sqrt(variance(samples) / samples.length) };
}
