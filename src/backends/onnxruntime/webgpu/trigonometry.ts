import type { EmitTable } from '../emission';
import { type Tensor, elementwise } from '../tensor';
import { scalar } from './scalar';

/** Pi in three parts: the first two have so few bits that their products with small whole numbers are exact. */
const PI = [3.140625, 9.67025756835937e-4, 6.278329573009e-7];

/** Taylor's coefficients of sin(r) / r in r², from the last to the first: below 6e-8 for |r| up to pi / 2. */
const SINE = [-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1];

const twice = (op: string, a: Tensor, b: Tensor): Tensor => elementwise(op, [a, b]);

/** (-1)^k for whole numbers k. */
function alternating(k: Tensor): Tensor {
  const number = (value: number) => scalar(k.model, value);
  const half = twice('Mul', k, number(0.5)).apply('Floor', k.shape);
  const parity = twice('Sub', k, twice('Mul', half, number(2)));
  return twice('Sub', number(1), twice('Mul', parity, number(2)));
}

/** sin(x - h pi), where that lies between -pi / 2 and pi / 2. */
function reducedSine(x: Tensor, h: Tensor): Tensor {
  const number = (value: number) => scalar(x.model, value);
  const r = PI.reduce((rest, part) => twice('Sub', rest, twice('Mul', h, number(part))), x);
  const square = twice('Mul', r, r);
  const [last, ...more] = SINE;
  const series = more.reduce(
    (sum, coefficient) => twice('Add', twice('Mul', sum, square), number(coefficient)),
    number(last),
  );
  return twice('Mul', r, series);
}

/** How often pi goes into x, moved by a part of pi and rounded down. */
const turns = (x: Tensor, shift: number): Tensor =>
  twice('Add', twice('Mul', x, scalar(x.model, 1 / Math.PI)), scalar(x.model, shift)).apply('Floor', x.shape);

/**
 * Sine and cosine by reduction and a polynomial: WGSL lets a device's own be wrong by 2^-11 (W3C, WGSL, "Accuracy of
 * builtin functions").
 */
export const trigonometryOps: Pick<EmitTable, 'sin' | 'cos'> = {
  sin: (node, emission) => {
    const x = emission.operand(node, 0);
    const k = turns(x, 0.5);
    return twice('Mul', alternating(k), reducedSine(x, k));
  },
  // cos(x) = -(-1)^k sin(x - (k + 1/2) pi).
  cos: (node, emission) => {
    const x = emission.operand(node, 0);
    const k = turns(x, 0);
    const sine = reducedSine(x, twice('Add', k, scalar(x.model, 0.5)));
    return twice('Mul', alternating(k), sine).apply('Neg', x.shape);
  },
};
