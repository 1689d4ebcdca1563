import { ShapeError, UnsupportedError } from '../../../../autodiff/shape';
import type { Given } from './call';

type Numbers = readonly number[];

/** Python's arithmetic on sizes, by the last part of the operator's name. */
const OPERATIONS: Readonly<Record<string, (values: Numbers) => number>> = {
  add: ([a, b]) => a + b,
  sub: ([a, b]) => a - b,
  mul: ([a, b]) => a * b,
  floordiv: ([a, b]) => Math.floor(a / b),
  truediv: ([a, b]) => a / b,
  mod: ([a, b]) => a - b * Math.floor(a / b),
  pow: ([a, b]) => a ** b,
  neg: ([a]) => -a,
  abs: ([a]) => Math.abs(a),
  eq: ([a, b]) => Number(a === b),
  ne: ([a, b]) => Number(a !== b),
  lt: ([a, b]) => Number(a < b),
  le: ([a, b]) => Number(a <= b),
  gt: ([a, b]) => Number(a > b),
  ge: ([a, b]) => Number(a >= b),
  and_: ([a, b]) => Number(a !== 0 && b !== 0),
  or_: ([a, b]) => Number(a !== 0 || b !== 0),
  sym_max: (values) => values.reduce((a, b) => Math.max(a, b), -Infinity),
  sym_min: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
  sym_float: ([a]) => a,
  sym_int: ([a]) => Math.trunc(a),
  sym_not: ([a]) => Number(a === 0),
  sym_ite: ([condition, a, b]) => (condition !== 0 ? a : b),
  sym_sqrt: ([a]) => Math.sqrt(a),
  trunc: ([a]) => Math.trunc(a),
  floor: ([a]) => Math.floor(a),
  ceil: ([a]) => Math.ceil(a),
  round: ([a]) => Math.round(a),
  floortoint: ([a]) => Math.floor(a),
  ceiltoint: ([a]) => Math.ceil(a),
  trunctoint: ([a]) => Math.trunc(a),
  inttruediv: ([a, b]) => a / b,
  cleandiv: ([a, b]) => a / b,
  pythonmod: ([a, b]) => a - b * Math.floor(a / b),
};

/** A size computed from sizes: `_operator.mul`, `torch.sym_max`, `FloorDiv`. */
export function symbolic(target: string, given: readonly Given[]): number {
  const name = target.slice(target.lastIndexOf('.') + 1).toLowerCase();
  if (!Object.hasOwn(OPERATIONS, name)) throw new UnsupportedError(`${target} is not supported`);
  const values = given.map(Number);
  if (values.some(Number.isNaN)) throw new ShapeError(`${target} is given something else than sizes`);
  return OPERATIONS[name](values);
}
