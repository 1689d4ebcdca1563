import { addScaled } from '../../core/vectors';
import type { Point } from '../../objective/evaluation/objective';
import type { DrawnPlane } from './planes';

/** The point of parameter space, statistics included, at coordinates along both directions of a plane. */
export function pointOnPlane(
  { origin, directions }: Pick<DrawnPlane, 'origin' | 'directions'>,
  coordinates: readonly [number, number],
): Required<Point> {
  const theta = origin.theta.slice();
  const state = origin.state.slice();
  directions.forEach((direction, i) => {
    addScaled(theta, coordinates[i], direction.theta);
    addScaled(state, coordinates[i], direction.state);
  });
  return { theta, state };
}
