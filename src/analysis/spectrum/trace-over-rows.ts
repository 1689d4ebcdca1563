import { type Numbers, mean } from '../statistics';
import { rademacher, streams } from './probes';

/** Probes that tell how the rows' own traces spread. */
export const ROW_PROBES = 16;

/** The probe of this number, a vector of signs. */
export const rowProbe = (dimension: number, seed: number, probe: number): Float64Array =>
  rademacher(dimension, seed, streams.traceRows + probe);

/**
 * The error of a mean Hessian's trace from having these rows only: the standard deviation of tr H_i over rows, over
 * sqrt(n). With Rademacher probes v each row gives v.H_i v = tr H_i + noise of the probe (Hutchinson 1990). Null for fewer
 * than two rows.
 */
export async function traceErrorOverRows(
  rowsAlong: (vector: Float64Array) => Promise<Numbers>,
  dimension: number,
  seed: number,
): Promise<number | null> {
  const found: Numbers[] = [];
  for (let probe = 0; probe < ROW_PROBES; probe++)
    found.push(await rowsAlong(rowProbe(dimension, seed, probe)));
  return errorOfRowMeans(found);
}

/**
 * The standard error of a mean over rows of which each probe gives every row's value with a noise of its own. What the
 * noise adds to the spread of the rows' means over probes is known from their spread and taken off (analysis of variance
 * with rows at random). Where that leaves nothing it stays: the error is then too large. Null for fewer than two rows.
 * @param probes the values of all rows, a probe each.
 */
export function errorOfRowMeans(probes: readonly Numbers[]): number | null {
  // What a probe adds to all rows alike is no spread of rows.
  const found = probes.map((values) => {
    const centre = mean(values);
    return Float64Array.from(values, (value) => value - centre);
  });
  const [{ length: rows }] = found;
  if (rows < 2) return null;
  let [between, within] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const values = found.map((forms) => forms[row]);
    const own = mean(values);
    between += own ** 2 / (rows - 1);
    for (const value of values) within += (value - own) ** 2 / ((rows - 1) * (found.length - 1));
  }
  const corrected = between - within / found.length;
  return Math.sqrt((corrected > 0 ? corrected : between) / rows);
}
