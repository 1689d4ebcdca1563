import type { Node } from '../autodiff/graph';
import { add, greater, mul, reduceMean, spread, square, sub, power } from '../autodiff/operations';
import { UserError } from '../core/errors';
import type { TrainingPass } from './model';

/**
 * Inverted dropout (Srivastava et al. 2014): each entry is zero with probability `rate`, the others are divided by
 * 1 - rate. `shape` broadcasts against x where whole channels or steps are dropped together.
 * @throws UserError for a rate of 1 and more.
 */
export function dropout(x: Node, rate: number, pass: TrainingPass, shape: readonly number[] = x.shape): Node {
  if (rate <= 0 || pass.noiseless) return x;
  if (rate >= 1) throw new UserError(`drops everything (rate ${rate}): give a rate below 1`);
  const draws = pass.uniform([...shape]);
  const kept = greater(draws, x.graph.fill(rate, draws.shape));
  return mul(x, mul(kept, 1 / (1 - rate)));
}

/** x plus normal noise of this standard deviation. */
export function gaussianNoise(x: Node, deviation: number, pass: TrainingPass): Node {
  return deviation === 0 || pass.noiseless ? x : add(x, mul(pass.normal(x.shape), deviation));
}

/** x times normal noise about 1 with the deviation of dropout at this rate, sqrt(rate / (1 - rate)). */
export function gaussianDropout(x: Node, rate: number, pass: TrainingPass): Node {
  if (rate <= 0 || pass.noiseless) return x;
  return mul(x, add(mul(pass.normal(x.shape), Math.sqrt(rate / (1 - rate))), 1));
}

/** Dropout that keeps mean and variance under SELU (Klambauer et al. 2017, section 3): entries fall to -1.7581. */
export function alphaDropout(x: Node, rate: number, pass: TrainingPass): Node {
  if (rate <= 0 || pass.noiseless) return x;
  const low = -1.6732632423543772 * 1.0507009873554805;
  const a = 1 / Math.sqrt((1 - rate) * (1 + rate * low * low));
  const b = -a * low * rate;
  const kept = greater(pass.uniform(x.shape), x.graph.fill(rate, x.shape));
  const mixed = add(mul(x, kept), mul(sub(1, kept), low));
  return add(mul(mixed, a), b);
}

/** What batch normalization makes of a batch, and the statistics it took. */
export interface BatchStatistics {
  readonly normalized: Node;
  /** Of the normalized axis; the variance is the biased one, which Keras 3 keeps too. */
  readonly mean: Node;
  readonly variance: Node;
}

/**
 * Zero mean and unit variance over all axes but `axis`, then times gamma plus beta (Ioffe & Szegedy 2015, algorithm 1);
 * differentiated through both statistics. Everything that is one number a channel is worked out before it meets x.
 */
export function normalizeBatch(
  x: Node,
  axis: number,
  epsilon: number,
  { gamma, beta }: { readonly gamma?: Node; readonly beta?: Node } = {},
): BatchStatistics {
  const axes = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const mean = reduceMean(x, axes);
  const centred = sub(x, spread(mean, x, axes));
  const variance = reduceMean(square(centred), axes);
  const inverse = power(add(variance, epsilon), -0.5);
  const scaled = mul(centred, spread(gamma ? mul(gamma, inverse) : inverse, x, axes));
  return { normalized: beta ? add(scaled, spread(beta, x, axes)) : scaled, mean, variance };
}
