import type { EmitTable } from '../emission';
import { type Tensor, elementwise, scalar } from '../tensor';

/** Pi in three parts: the first two have so few bits that their products with small whole numbers are exact. */
const PI = [3.140625, 9.67025756835937e-4, 6.278329573009e-7];

/** Taylor's coefficients of sin(r) / r in r², from the last to the first: below 6e-8 for |r| up to pi / 2. */
const SINE = [-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1];

const binary = (op: string, a: Tensor, b: Tensor): Tensor => elementwise(op, [a, b]);

/** (-1)^k for whole numbers k. */
function alternating(k: Tensor): Tensor {
  const number = (value: number) => scalar(k.model, value);
  const half = binary('Mul', k, number(0.5)).apply('Floor', k.shape);
  const parity = binary('Sub', k, binary('Mul', half, number(2)));
  return binary('Sub', number(1), binary('Mul', parity, number(2)));
}

/** sin(x - h pi), where that lies between -pi / 2 and pi / 2. */
function reducedSine(x: Tensor, h: Tensor): Tensor {
  const number = (value: number) => scalar(x.model, value);
  const r = PI.reduce((rest, part) => binary('Sub', rest, binary('Mul', h, number(part))), x);
  const square = binary('Mul', r, r);
  const [last, ...more] = SINE;
  const series = more.reduce(
    (sum, coefficient) => binary('Add', binary('Mul', sum, square), number(coefficient)),
    number(last),
  );
  return binary('Mul', r, series);
}

/** How often pi goes into x, moved by a part of pi and rounded down. */
const turns = (x: Tensor, shift: number): Tensor =>
  binary('Add', binary('Mul', x, scalar(x.model, 1 / Math.PI)), scalar(x.model, shift)).apply(
    'Floor',
    x.shape,
  );

/**
 * Sine and cosine by reduction and a polynomial: WGSL lets a device's own be wrong by 2^-11 (W3C, WGSL, "Accuracy of
 * builtin functions").
 */
export const trigonometryOps: Pick<EmitTable, 'sin' | 'cos'> = {
  sin: (node, emission) => {
    const x = emission.operand(node, 0);
    const k = turns(x, 0.5);
    return binary('Mul', alternating(k), reducedSine(x, k));
  },
  // cos(x) = -(-1)^k sin(x - (k + 1/2) pi).
  cos: (node, emission) => {
    const x = emission.operand(node, 0);
    const k = turns(x, 0);
    const sine = reducedSine(x, binary('Add', k, scalar(x.model, 0.5)));
    return binary('Mul', alternating(k), sine).apply('Neg', x.shape);
  },
};
