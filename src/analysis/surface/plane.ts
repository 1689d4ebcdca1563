import { addScaled, dot, norm } from '../../core/vectors';

/** A plane through parameter space: every point is origin + x first + y second. */
export interface Plane {
  readonly origin: Float64Array;
  /** Both of unit length, so that coordinates are distances along them. */
  readonly directions: readonly [Float64Array, Float64Array];
}

/** The point of a plane at coordinates. */
export const pointAt = ({ origin, directions }: Plane, [x, y]: readonly [number, number]): Float64Array => {
  const point = origin.slice();
  addScaled(point, x, directions[0]);
  addScaled(point, y, directions[1]);
  return point;
};

/** The foot of a point on a plane with orthogonal directions, and how far from the plane the point is. */
export function project(
  { origin, directions }: Plane,
  point: Float64Array,
): { readonly at: [number, number]; readonly distance: number } {
  const rest = difference(point, origin);
  const at = directions.map((direction) => dot(rest, direction)) as [number, number];
  directions.forEach((direction, i) => addScaled(rest, -at[i], direction));
  return { at, distance: norm(rest) };
}

/** a - b. */
export const difference = (a: Float64Array, b: Float64Array): Float64Array => {
  const result = a.slice();
  addScaled(result, -1, b);
  return result;
};

/** Directions that are combinations of how points differ from a centre: row i has the factor of each point. */
export type Combinations = readonly (readonly number[])[];

/**
 * The plane through three points (Garipov et al. 2018, section 3), the first of them at (0, 0), the second on the x axis, the
 * third above it: unit orthogonal directions as combinations of the second and third minus the first.
 *
 * @returns undefined where the three lie on one line, to rounding.
 */
export function planeThrough(
  first: Float64Array,
  second: Float64Array,
  third: Float64Array,
): Combinations | undefined {
  const [b, c] = [difference(second, first), difference(third, first)];
  const [length, reach] = [norm(b), norm(c)];
  if (length === 0 || reach === 0) return undefined;
  const x = dot(b, c) / length;
  addScaled(c, -x / length, b);
  const y = norm(c);
  if (y < 1e-6 * reach) return undefined;
  return [
    [1 / length, 0],
    [-x / length / y, 1 / y],
  ];
}

/** The sum of points minus a centre, each times its factor. */
export function combined(
  points: readonly Float64Array[],
  centre: Float64Array,
  factors: readonly number[],
): Float64Array {
  const sum = new Float64Array(centre.length);
  points.forEach((point, i) => {
    addScaled(sum, factors[i], point);
    addScaled(sum, -factors[i], centre);
  });
  return sum;
}
