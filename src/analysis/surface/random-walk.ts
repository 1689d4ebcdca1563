import { symmetricEigen } from '../linear-algebra/symmetric-eigen';

/** What principal directions are taken around: the last point of the last walk, or the mean of all. */
export type WalkCentre = 'last' | 'mean';

/**
 * The shares of squared distances that random walks from one start would have along their principal directions, the largest
 * first: in so many dimensions that steps are orthogonal, all of one length. Points i and j steps along one walk have then
 * an inner product of min(i, j), and those of two walks one of 0, and the directions are those of that matrix.
 *
 * Of one walk of many points around its mean the share of direction i approaches 6 / (π i)² (Antognini and Sohl-Dickstein
 * 2018, section 3), around its last point 8 / (π (2 i - 1))²: the eigenvalues of a Brownian bridge's kin and of Brownian
 * motion (Karhunen 1947, Loève 1948).
 *
 * @param points how many each walk has, its start included; walks share their start's place.
 * @param count of directions.
 */
export function sharesOfRandomWalks(
  points: readonly number[],
  centre: WalkCentre,
  count: number,
): readonly number[] {
  const places = points.flatMap((length, walk) => Array.from({ length }, (_, step) => ({ walk, step })));
  const inner = places.map((a) => places.map((b) => (a.walk === b.walk ? Math.min(a.step, b.step) : 0)));
  const centred = centre === 'last' ? around(inner, inner.length - 1) : aroundMean(inner);
  const { values } = symmetricEigen(centred);
  const total = values.reduce((sum, value) => sum + value, 0);
  return Array.from(
    { length: Math.min(count, values.length) },
    (_, i) => values[values.length - 1 - i] / total,
  );
}

type Products = readonly (readonly number[])[];

/** Inner products of points minus one of them. */
const around = (inner: Products, centre: number): number[][] =>
  inner.map((row, i) =>
    row.map((value, j) => value - inner[i][centre] - inner[centre][j] + inner[centre][centre]),
  );

/** Inner products of points minus their mean. */
function aroundMean(inner: Products): number[][] {
  const count = inner.length;
  const means = inner.map((row) => row.reduce((sum, value) => sum + value, 0) / count);
  const mean = means.reduce((sum, value) => sum + value, 0) / count;
  return inner.map((row, i) => row.map((value, j) => value - means[i] - means[j] + mean));
}
