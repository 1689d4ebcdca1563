import { dot } from '../../core/vectors';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen';
import { type Combinations, difference } from './plane';

/** Directions in which points differ most from a centre. */
export interface PrincipalDirections {
  /**
   * Orthonormal directions as combinations of the points minus the centre, the strongest first; fewer than asked for where
   * the points span no more.
   */
  readonly combinations: Combinations;
  /** Of every direction that the points have, its share of the sum of squared distances. */
  readonly explained: readonly number[];
}

/** Shares below this are rounding. */
const LEAST = 1e-12;

/**
 * The principal directions of points around a centre, by the matrix of their inner products, so that none of dimension
 * squared is made: from X X' = U S² U' the directions X'U/S (as Li et al. 2018, section 7.2, take them around the last
 * checkpoint; around the mean they are those of PCA). Signs are such that the first point's coordinate is not positive.
 *
 * @param points [count] vectors of the dimension of `centre`.
 */
export function principalDirections(
  points: readonly Float64Array[],
  centre: Float64Array,
  count: number,
): PrincipalDirections {
  const moved = points.map((point) => difference(point, centre));
  const { values, component } = symmetricEigen(moved.map((a) => moved.map((b) => dot(a, b))));
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const strongest = Array.from(values, (_, i) => values.length - 1 - i).filter(
    (i) => values[i] > LEAST * total,
  );
  const combinations = strongest.slice(0, count).map((i) => {
    // The first point's coordinate is the component times the root of the eigenvalue.
    const sign = component(0, i) > 0 ? -1 : 1;
    return points.map((_, j) => (sign * component(j, i)) / Math.sqrt(values[i]));
  });
  return { combinations, explained: strongest.map((i) => values[i] / total) };
}
