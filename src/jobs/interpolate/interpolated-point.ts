import type { OpenedModel } from '../../formats/model';
import type { Point } from '../../objective/evaluation/objective';
import { parametersOf, stateOf, valuesOf } from '../../objective/programs/parameter-space';

/** Where a checkpoint lies: its parameters, and its running statistics. */
export const pointOf = ({ model }: OpenedModel): Required<Point> => ({
  theta: valuesOf(parametersOf(model)),
  state: valuesOf(stateOf(model)),
});

/** The point at `t` of the straight line from `a` (0) to `b` (1). Running statistics move along with the parameters. */
export function between(a: Point, b: Point, t: number): Point {
  const mix = (from: Float64Array, to: Float64Array) => from.map((value, i) => (1 - t) * value + t * to[i]);
  return { theta: mix(a.theta, b.theta), state: mix(a.state!, b.state!) };
}
