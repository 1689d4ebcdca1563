import type { Point } from '../../objective/evaluation/objective';
import { estimateOverRows, type SampleEstimate } from '../sampling';
import type { MeasureContext } from './measure';

/** The point `distance` along a direction. Always a new vector, since the lanes know a point by its identity. */
export function moved(origin: Point, direction: ArrayLike<number>, distance = 1): Point {
  const theta = new Float64Array(origin.theta.length);
  for (let i = 0; i < theta.length; i++) theta[i] = origin.theta[i] + distance * direction[i];
  return { ...origin, theta };
}

/** The point `distance` along a direction whose components are scaled by the parameters' magnitudes, |w_i| d_i. */
export function movedByMagnitude(origin: Point, direction: ArrayLike<number>, distance = 1): Point {
  const theta = new Float64Array(origin.theta.length);
  for (let i = 0; i < theta.length; i++)
    theta[i] = origin.theta[i] + distance * Math.abs(origin.theta[i]) * direction[i];
  return { ...origin, theta };
}

/**
 * How much higher the mean loss is at a point than at the origin. The error is that of having these rows only, with
 * the point held fixed: the spread over rows of each row's own increase.
 */
export async function increaseAt(context: MeasureContext, point: Point): Promise<SampleEstimate> {
  const there = await context.rowLosses(point);
  return estimateOverRows(there.map((loss, row) => loss - context.losses[row]));
}
