import type { Node } from '../autodiff/graph';
import {
  add,
  atan,
  cos,
  div,
  exp,
  greater,
  log,
  mul,
  neg,
  select,
  sin,
  sqrt,
  square,
  sub,
} from '../autodiff/operations';

/** sin(x) / cos(x), x in radians. */
export const tan = (x: Node): Node => div(sin(x), cos(x));
/** (e^x - e^-x) / 2. */
export const sinh = (x: Node): Node => mul(0.5, sub(exp(x), exp(neg(x))));
/** (e^x + e^-x) / 2. */
export const cosh = (x: Node): Node => mul(0.5, add(exp(x), exp(neg(x))));
/** The angle in [-pi/2, pi/2] whose sine is x. */
export const arcsin = (x: Node): Node => atan(div(x, sqrt(sub(1, square(x)))));
/** The angle in [0, pi] whose cosine is x. */
export const arccos = (x: Node): Node => sub(Math.PI / 2, arcsin(x));
/** log(x + sqrt(x^2 - 1)), for x of 1 and more. */
export const arccosh = (x: Node): Node => log(add(x, sqrt(sub(square(x), 1))));
/** log((1 + x) / (1 - x)) / 2, for x within (-1, 1). */
export const arctanh = (x: Node): Node => mul(0.5, log(div(add(1, x), sub(1, x))));

/** log(x + sqrt(x^2 + 1)), odd, without cancellation below 0. */
export function arcsinh(x: Node): Node {
  const root = sqrt(add(square(x), 1));
  return select(greater(x, 0), log(add(root, x)), neg(log(sub(root, x))));
}

/** The angle of (x, y), in (-π, π]. */
export function arctan2(y: Node, x: Node): Node {
  const turn = select(greater(0, y), -Math.PI, x.graph.fill(Math.PI, x.shape));
  return add(atan(div(y, x)), mul(greater(0, x), turn));
}
