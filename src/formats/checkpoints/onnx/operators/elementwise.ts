import type { Node } from '../../../../autodiff/graph';
import {
  abs,
  add,
  atan,
  broadcast,
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
  reshape,
  select,
  sign,
  sin,
  sqrt,
  sub,
} from '../../../../autodiff/operations';
import { erfOf } from '../../../../autodiff/primitives/elementwise';
import { ShapeError, broadcastShapes, shapeText } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { flooredRemainder, truncatedRemainder } from '../../../../network/remainders';
import * as trigonometry from '../../../../network/trigonometry';
import { elementwise } from '../arrays';
import { type OperatorCall, floatsOf } from '../call';
import type { ElementType } from '../description';
import { type Known, type Value, computed, known, numbersOf } from '../value';
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
      const values = aligned(
        call,
        call.inputs.map((_, i) => call.value(i)),
      );
      if (values.length === 0 || (of.length > 0 && values.length !== of.length))
        throw new ShapeError(`it has ${values.length} inputs instead of ${of.length || 'one or more'}`);
      if (values.every((value): value is Known => value.kind === 'known')) {
        const result = elementwise(type ?? values[values.length - 1].type, values, of);
        return result.type === 'integer' ? { ...result, data: result.data.map(Math.trunc) } : result;
      }
      if (!on) throw new ShapeError('it is understood only where its inputs are constants');
      return computed(on(...values.map((value) => floatsOf(call.graph, value))), type);
    },
  };
}

/** Up to version 6 of the set the second operand was laid along the first from an axis on, and only where asked to. */
function aligned(call: OperatorCall, values: readonly Value[]): readonly Value[] {
  if (call.opset >= 7 || values.length !== 2 || VARIADIC.has(call.node.operator)) return values;
  const [a, b] = values;
  const asked = call.number('broadcast', 0) !== 0;
  const axis = call.number('axis', a.shape.length - b.shape.length);
  if (!asked) {
    if (shapeText(a.shape) !== shapeText(b.shape))
      throw new ShapeError(
        `${shapeText(a.shape)} and ${shapeText(b.shape)} differ, and it is not asked to broadcast`,
      );
    return values;
  }
  const start = axis < 0 ? axis + a.shape.length : axis;
  const shape = [
    ...b.shape,
    ...new Array<number>(Math.max(0, a.shape.length - start - b.shape.length)).fill(1),
  ];
  return [a, b.kind === 'known' ? known(b.type, shape, b.data) : computed(reshape(b.node, shape), b.type)];
}

/** These broadcast from version 8 on, and never along an axis of their choice. */
const VARIADIC = new Set(['Sum', 'Max', 'Min', 'Mean']);

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
      const others = call.inputs.filter((_, at) => at !== input);
      const afterProduct = others.some(
        (other) => other?.kind === 'computed' && /^(conv|matmul|reshape)/.test(other.node.op),
      );
      if (long === 0 && !(role === 'bias' && value.shape.length > 0 && afterProduct)) return [];
      const numbers = numbersOf(value);
      if (numbers?.data.some((element) => !(element > -1e4))) return [];
      return [{ input, role: long > 1 ? 'embedding' : role, guess: true }];
    });
}

/** x to a power; where both are tensors the base must be positive. */
function raise(call: OperatorCall): Node {
  const [base, exponent] = aligned(call, [call.value(0), call.value(1)]);
  const numbers = numbersOf(exponent);
  const one = numbers?.data[0];
  // The same power everywhere; alone it broadcasts to nothing more than the base.
  if (numbers && one !== undefined && numbers.data.every((value) => value === one)) {
    const x = floatsOf(call.graph, base);
    const shape = broadcastShapes(x.shape, exponent.shape);
    return power(shapeText(shape) === shapeText(x.shape) ? x : broadcast(x, shape), one);
  }
  const fixed = numbersOf(base);
  if (fixed && sizeOf(fixed.shape) === 1 && fixed.data[0] > 0)
    return exp(mul(Math.log(fixed.data[0]), floatsOf(call.graph, exponent)));
  return exp(mul(floatsOf(call.graph, exponent), log(floatsOf(call.graph, base))));
}

const variadic = (
  name: string,
  of: (a: number, b: number) => number,
  on: (a: Node, b: Node) => Node,
  weights?: OperatorRow['weights'],
) =>
  row(
    name,
    { of: (...all) => all.reduce((a, b) => of(a, b)), on: (...all) => all.reduce((a, b) => on(a, b)) },
    weights,
  );

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
  variadic('Sum', (a, b) => a + b, add, operandWeights('bias')),
  variadic('Max', Math.max, maximum),
  variadic('Min', Math.min, minimum),
  row('Mean', {
    of: (...all) => all.reduce((a, b) => a + b) / all.length,
    on: (...all) =>
      div(
        all.reduce((a, b) => add(a, b)),
        all.length,
      ),
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
