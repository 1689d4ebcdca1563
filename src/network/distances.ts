import type { Node } from '../autodiff/graph';
import {
  abs,
  add,
  div,
  equal,
  greater,
  log,
  maximum,
  mul,
  neg,
  reduceMax,
  reduceSum,
  relu,
  select,
  softplus,
  square,
  sub,
} from '../autodiff/operations';
import { unitNorm } from './normalization';
import { classTargets, targets } from './targets';

/** Losses of each output by its distance from the target y, and others that Keras has beside them. */
type Distance = (output: Node, labels: Node) => Node;

/** What keeps Keras' logarithms and quotients from 0. */
const EPSILON = 1e-7;

/** A loss of output and target, shaped alike. */
const of =
  (distance: (output: Node, y: Node) => Node): Distance =>
  (output, labels) =>
    distance(output, targets(labels, output));

export const squaredError = of((output, y) => square(sub(output, y)));
export const absoluteError = of((output, y) => abs(sub(output, y)));

/** Half the square within delta, straight beyond (Huber 1964). */
export function huber(output: Node, labels: Node, delta: number): Node {
  const error = sub(output, targets(labels, output));
  const size = abs(error);
  return select(greater(size, delta), mul(delta, sub(size, delta / 2)), mul(0.5, square(error)));
}

/** log(cosh(error)), a square near 0 and straight far away. */
export const logCosh = of((output, y) => {
  const error = sub(output, y);
  return sub(add(error, softplus(mul(error, -2))), Math.LN2);
});

/** The share of the target, in percent. */
export const percentageError = of((output, y) =>
  mul(100, div(abs(sub(output, y)), maximum(abs(y), EPSILON))),
);

/** The squared difference of log(1 + value), values below 0 taken as 0. */
export const squaredLogarithmicError = of((output, y) => {
  const [a, b] = [output, y].map((value) => log(add(1, maximum(value, EPSILON))));
  return square(sub(a, b));
});

/** The negative log-likelihood of counts, but for what does not depend on the output. */
export const poisson = of((output, y) => sub(output, mul(y, log(add(output, EPSILON)))));

/** Minus the cosine between output and target along the last axis. */
export const cosineSimilarity = of((output, y) => {
  const last = output.shape.length - 1;
  return neg(reduceSum(mul(unitNorm(output, [last]), unitNorm(y, [last])), [last]));
});

/** 1 - y output where that is positive, y being 1 or -1; a label 0 is read as -1. */
export const hinge = of((output, y) => {
  const side = select(equal(y, 0), y.graph.fill(-1, y.shape), y);
  return relu(sub(1, mul(side, output)));
});

/** The square of {@link hinge}. */
export const squaredHinge: Distance = (output, labels) => square(hinge(output, labels));

/** How much the best wrong class comes within 1 of the right one, along the last axis. */
export const categoricalHinge: Distance = (output, labels) => {
  const last = output.shape.length - 1;
  const y = classTargets(labels, output);
  const right = reduceSum(mul(y, output), [last]);
  const wrong = reduceMax(mul(sub(1, y), output), [last]);
  return relu(add(sub(wrong, right), 1));
};
