import { type LongVector, loaded } from '../core/long-vector';
import { dot } from '../core/vectors';
import type { SampleEstimate } from './sampling';
import { rademacher, streams } from './spectrum/probes';
import { mean, variance } from './statistics';

/** Random directions along which the rows' gradients are spread out. */
const PROBES = 8;

/**
 * |g| of the loss over all rows like these, from the gradient of n of them. The gradient of few rows is longer by what
 * having only them adds: E|G|^2 = |g|^2 + tr(Sigma)/n, Sigma the covariance of one row's gradient (McCandlish et al. 2018,
 * equation A.2). tr(Sigma) comes from the spread over rows of g_i.v along vectors v of signs, tr(Sigma^2) from products of
 * two of them, and with both the error of |G|^2 - tr(Sigma)/n: 4 g.Sigma g/n + 2 tr(Sigma^2)/n^2. Where that leaves
 * nothing the length is 0 within its error. The error of the length is that of its square by the slope of a square root;
 * near 0, where that has none, by the slope at half the error of the square, with which both promises hold at any length
 * (docs/STATISTICS.md): the distance to the end of the square's interval covers far more than it says there.
 *
 * @param rowsAlong g_i.v of every row for each of a few vectors, which are made as they are taken.
 */
export async function gradientNormOverRows(
  gradient: LongVector,
  rowsAlong: (vectors: Iterable<LongVector>) => Promise<readonly Float64Array[]>,
  seed: number,
): Promise<SampleEstimate> {
  const squared = dot(gradient, gradient);
  const slopes = await rowsAlong(directions(gradient, squared, seed));
  const columns = slopes.slice(0, PROBES).map((ofRows) => {
    const centre = mean(ofRows);
    return ofRows.map((slope) => slope - centre);
  });
  const [{ length: rows }] = columns;
  if (rows < 2)
    return {
      value: Math.sqrt(squared),
      standardError: null,
      reason: 'One row has no spread to estimate an error from.',
    };
  const trace = mean(columns.map(variance));
  const products = columns.flatMap((first, i) =>
    columns.slice(i + 1).map((second) => (dot(first, second) / (rows - 1)) ** 2),
  );
  // Both spread over rows by chance: what that adds to a product's square is tr(Sigma)^2/n.
  const traceOfSquare = Math.max(mean(products) - trace ** 2 / rows, trace ** 2 / gradient.length, 0);
  const along = squared > 0 ? variance(slopes[PROBES]) : 0;
  const left = squared - trace / rows;
  // g.Sigma g of the true gradient is at most that along the one found.
  const spread = Math.sqrt(
    (4 * along * Math.min(1, Math.max(left, 0) / squared || 0)) / rows + (2 * traceOfSquare) / rows ** 2,
  );
  const square = Math.max(left, 0);
  // A loss that has rounded to 0 on every row has no slope to say anything of.
  if (spread === 0 && square === 0)
    return {
      value: 0,
      standardError: null,
      reason: 'the gradient of every row is exactly 0 in the numbers computed with',
    };
  return {
    value: Math.sqrt(square),
    standardError: spread / (2 * Math.sqrt(Math.hypot(square, spread / 2))),
  };
}

/** Vectors of random signs, then the gradient where there is one. */
function* directions(gradient: LongVector, squared: number, seed: number): Generator<LongVector> {
  for (let probe = 0; probe < PROBES; probe++)
    yield rademacher(gradient.length, seed, streams.gradientRows + probe);
  if (squared > 0) yield loaded(gradient);
}
