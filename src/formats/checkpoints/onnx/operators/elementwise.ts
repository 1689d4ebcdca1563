import type { Node } from '../../../../autodiff/graph';
import {
  abs,
  add,
  atan,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  power,
  reciprocal,
  select,
  sign,
  sin,
  sqrt,
  sub,
} from '../../../../autodiff/operations';
import { erfOf } from '../../../../autodiff/primitives/elementwise';
import { ShapeError, sizeOf } from '../../../../autodiff/shape';
import { flooredRemainder, truncatedRemainder } from '../../../../layers/remainders';
import * as trigonometry from '../../../../layers/trigonometry';
import { elementwise } from '../arrays';
import type { OperatorCall } from '../call';
import type { ElementType } from '../description';
import { type Known, computed, numbersOf } from '../value';
import type { OperatorRow, WeightUse } from './row';

/** An operator on numbers, and the same on nodes of a graph. */
interface Meaning {
  readonly of: (...values: number[]) => number;
  /** Missing where the operator is only ever used on shapes. */
  readonly on?: (...nodes: Node[]) => Node;
  /** What comes out, if not what goes in. */
  readonly type?: ElementType;
}

function row(name: string, { of, on, type }: Meaning, weights?: OperatorRow['weights']): OperatorRow {
  return {
    name,
    ...(weights ? { weights } : {}),
    build(call) {
      const values = call.inputs.map((_, i) => call.value(i));
      if (values.length === 0 || (of.length > 0 && values.length !== of.length))
        throw new ShapeError(`it has ${values.length} inputs instead of ${of.length || 'one or more'}`);
      if (values.every((value): value is Known => value.kind === 'known')) {
        const result = elementwise(type ?? values[values.length - 1].type, values, of);
        return result.type === 'integer' ? { ...result, data: result.data.map(Math.trunc) } : result;
      }
      if (!on) throw new ShapeError('it is understood only where its inputs are constants');
      return computed(on(...values.map((_, i) => call.floats(i))), type);
    },
  };
}

const not = (mask: Node): Node => sub(1, mask);
const modulo = (a: number, b: number): number => a - b * Math.floor(a / b);

/** What is left of a division: with the divisor's sign, or with that of what is divided. */
const remainders = {
  floored: row('Mod', { of: modulo, on: flooredRemainder }),
  truncated: row('Mod', { of: (a, b) => a % b, on: truncatedRemainder }),
};

/** A tensor that shifts or scales along some axis; single numbers and masks are not learned. */
function operandWeights(role: 'bias' | 'norm') {
  return (call: OperatorCall): WeightUse[] =>
    call.inputs.flatMap((value, input) => {
      if (!value) return [];
      const long = value.shape.filter((extent) => extent !== 1).length;
      const other = call.inputs[1 - input];
      const afterProduct = other?.kind === 'computed' && /^(conv|matmul|reshape)/.test(other.node.op);
      if (long === 0 && !(role === 'bias' && value.shape.length > 0 && afterProduct)) return [];
      const numbers = numbersOf(value);
      if (numbers?.data.some((element) => !(element > -1e4))) return [];
      return [{ input, role: long > 1 ? 'embedding' : role, guess: true }];
    });
}

/** x to a power; where both are tensors the base must be positive. */
function raise(call: OperatorCall): Node {
  const exponent = numbersOf(call.value(1));
  if (exponent && exponent.data.length > 0 && exponent.data.every((value) => value === exponent.data[0]))
    return power(call.floats(0), exponent.data[0]);
  const base = numbersOf(call.value(0));
  if (base && sizeOf(base.shape) === 1 && base.data[0] > 0)
    return exp(mul(Math.log(base.data[0]), call.floats(1)));
  return exp(mul(call.floats(1), log(call.floats(0))));
}

const variadic = (name: string, of: (a: number, b: number) => number, on: (a: Node, b: Node) => Node) =>
  row(name, { of: (...all) => all.reduce(of), on: (...all) => all.reduce(on) });

const powerRow = row('Pow', { of: Math.pow });

/** Operators that work number by number. */
export const elementwiseRows: readonly OperatorRow[] = [
  row('Add', { of: (a, b) => a + b, on: add }, operandWeights('bias')),
  row('Sub', { of: (a, b) => a - b, on: sub }),
  row('Mul', { of: (a, b) => a * b, on: mul }, operandWeights('norm')),
  row('Div', { of: (a, b) => a / b, on: div }),
  {
    name: 'Mod',
    build: (call) => remainders[call.number('fmod', 0) ? 'truncated' : 'floored'].build(call),
  },
  variadic('Sum', (a, b) => a + b, add),
  variadic('Max', Math.max, maximum),
  variadic('Min', Math.min, minimum),
  row('Mean', {
    of: (...all) => all.reduce((a, b) => a + b) / all.length,
    on: (...all) => div(all.reduce(add), all.length),
  }),
  {
    ...powerRow,
    build: (call) =>
      call.inputs.every((value) => value?.kind === 'known') ? powerRow.build(call) : raise(call),
  },
  row('Neg', { of: (x) => -x, on: neg }),
  row('Abs', { of: Math.abs, on: abs }),
  row('Sign', { of: Math.sign, on: sign }),
  row('Exp', { of: Math.exp, on: exp }),
  row('Log', { of: Math.log, on: log }),
  row('Sqrt', { of: Math.sqrt, on: sqrt }),
  row('Reciprocal', { of: (x) => 1 / x, on: reciprocal }),
  row('Erf', { of: erfOf, on: erf }),
  row('Sin', { of: Math.sin, on: sin }),
  row('Cos', { of: Math.cos, on: cos }),
  row('Tan', { of: Math.tan, on: trigonometry.tan }),
  row('Asin', { of: Math.asin, on: trigonometry.arcsin }),
  row('Acos', { of: Math.acos, on: trigonometry.arccos }),
  row('Atan', { of: Math.atan, on: atan }),
  row('Sinh', { of: Math.sinh, on: trigonometry.sinh }),
  row('Cosh', { of: Math.cosh, on: trigonometry.cosh }),
  row('Asinh', { of: Math.asinh, on: trigonometry.arcsinh }),
  row('Acosh', { of: Math.acosh, on: trigonometry.arccosh }),
  row('Atanh', { of: Math.atanh, on: trigonometry.arctanh }),
  row('Floor', { of: Math.floor, on: floor }),
  row('Ceil', { of: Math.ceil, on: (x) => neg(floor(neg(x))) }),
  row('Equal', { of: (a, b) => Number(a === b), on: equal, type: 'boolean' }),
  row('Greater', { of: (a, b) => Number(a > b), on: greater, type: 'boolean' }),
  row('Less', { of: (a, b) => Number(a < b), on: (a, b) => greater(b, a), type: 'boolean' }),
  row('GreaterOrEqual', { of: (a, b) => Number(a >= b), on: (a, b) => not(greater(b, a)), type: 'boolean' }),
  row('LessOrEqual', { of: (a, b) => Number(a <= b), on: (a, b) => not(greater(a, b)), type: 'boolean' }),
  row('Not', { of: (x) => Number(!x), on: not, type: 'boolean' }),
  row('IsNaN', { of: (x) => Number(Number.isNaN(x)), on: (x) => not(equal(x, x)), type: 'boolean' }),
  row('And', { of: (a, b) => Number(a && b), on: mul, type: 'boolean' }),
  row('Xor', { of: (a, b) => Number(!a !== !b), on: (a, b) => abs(sub(a, b)), type: 'boolean' }),
  row('Or', { of: (a, b) => Number(a || b), on: maximum, type: 'boolean' }),
  row('Where', { of: (mask, a, b) => (mask ? a : b), on: select }),
];
