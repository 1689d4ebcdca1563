import type { Node } from '../autodiff/graph';
import { abs, div, floor, mul, sign, sub } from '../autodiff/operations';

/** Towards zero. */
export const truncate = (x: Node): Node => mul(sign(x), floor(abs(x)));

/** What is left of a / b, with the sign of b. */
export const flooredRemainder = (a: Node, b: Node): Node => sub(a, mul(b, floor(div(a, b))));

/** What is left of a / b, with the sign of a. */
export const truncatedRemainder = (a: Node, b: Node): Node => sub(a, mul(b, truncate(div(a, b))));
