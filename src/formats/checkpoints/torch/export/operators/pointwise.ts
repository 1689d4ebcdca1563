import type { Node } from '../../../../../autodiff/graph';
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
  oneHot,
  power,
  reciprocal,
  reduceSum,
  select,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
} from '../../../../../autodiff/operations';
import { erfOf } from '../../../../../autodiff/primitives/elementwise';
import { indicesEqual } from '../../../../../network/masks';
import { flooredRemainder, truncate, truncatedRemainder } from '../../../../../network/remainders';
import * as trigonometry from '../../../../../network/trigonometry';
import { elementwise } from '../../../onnx/arrays';
import type { ElementType } from '../../../onnx/description';
import { type Known, type Value, computed, numbersOf } from '../../../onnx/value';
import { type AtenCall, floatsOf } from '../call';
import { type AtenRow, rows } from './row';

/** An operator on numbers, and the same on nodes of a graph. */
interface Meaning {
  readonly of: (...values: number[]) => number;
  readonly on: (...nodes: Node[]) => Node;
  /** What comes out, if not what goes in. */
  readonly type?: ElementType;
}

/** What comes out of several types together: floats where there are any. */
export function commonType(values: readonly Value[]): ElementType {
  const types = values.map(({ type }) => type);
  return types.includes('float') ? 'float' : types.includes('integer') ? 'integer' : 'boolean';
}

/** An operator on values, known or not. */
export function applied(call: AtenCall, values: readonly Value[], { of, on, type }: Meaning): Value {
  const result = type ?? commonType(values);
  return values.every((value): value is Known => value.kind === 'known')
    ? elementwise(result, values, of)
    : computed(on(...values.map((value) => floatsOf(call.graph, value))), result);
}

/** Rows for an operator of the first `count` arguments. */
const pointwise = (names: string | readonly string[], count: number, meaning: Meaning): AtenRow[] =>
  rows(names, (call) =>
    applied(
      call,
      Array.from({ length: count }, (_, i) => call.value(i)),
      meaning,
    ),
  );

/** Arithmetic that makes floats of integers. */
const floating = (name: string, of: (x: number) => number, on: (x: Node) => Node): AtenRow[] =>
  pointwise([name, `special_${name}`], 1, { of, on, type: 'float' });

const withOverloads = (...names: string[]): string[] =>
  names.flatMap((name) => [`${name}.Tensor`, `${name}.Scalar`, name]);

const not = (mask: Node): Node => sub(1, mask);

/** To the nearest whole number, from halfway to the even one. */
const round = (x: Node): Node => {
  const up = floor(add(x, 0.5));
  const odd = sub(up, mul(2, floor(mul(0.5, up))));
  return sub(up, mul(equal(sub(up, x), 0.5), odd));
};
const roundOf = (x: number): number => {
  const up = Math.floor(x + 0.5);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
};

/** self + alpha other, with the sign given. */
const sum = (direction: 1 | -1) => (call: AtenCall) => {
  const alpha = direction * call.number('alpha', 1);
  return applied(call, [call.value(0), call.value(1)], {
    of: (a, b) => a + alpha * b,
    on: (a, b) => (alpha === 1 ? add(a, b) : alpha === -1 ? sub(a, b) : add(a, mul(alpha, b))),
  });
};

/** other - alpha self. */
const reversedDifference = (call: AtenCall): Value => {
  const alpha = call.number('alpha', 1);
  return applied(call, [call.value(0), call.value(1)], {
    of: (a, b) => b - alpha * a,
    on: (a, b) => sub(b, mul(alpha, a)),
  });
};

/** A quotient, rounded down or towards zero where asked. */
function quotient(call: AtenCall, mode = call.text('rounding_mode', '')): Value {
  const rounded = mode === 'floor' ? Math.floor : Math.trunc;
  const values = [call.value(0), call.value(1)];
  if (mode === '') return applied(call, values, { of: (a, b) => a / b, on: div, type: 'float' });
  return applied(call, values, {
    of: (a, b) => rounded(a / b),
    on: (a, b) => (mode === 'floor' ? floor(div(a, b)) : truncate(div(a, b))),
  });
}

/** x to a power; where the exponent is a tensor the base must be positive. */
function raised(call: AtenCall): Value {
  const [base, exponent] = [call.value(0), call.value(1)];
  const [bases, exponents] = [numbersOf(base), numbersOf(exponent)];
  const meaning: Meaning = {
    of: (a, b) => a ** b,
    on(a, b) {
      const known = exponents?.data;
      if (known && known.length > 0 && known.every((value) => value === known[0])) return power(a, known[0]);
      if (bases?.data.length === 1 && bases.data[0] > 0) return exp(mul(Math.log(bases.data[0]), b));
      return exp(mul(b, log(a)));
    },
  };
  return applied(call, [base, exponent], meaning);
}

/** self + value a b, or a / b. */
const combined = (on: (a: Node, b: Node) => Node) => (call: AtenCall) =>
  add(call.floats(0), mul(call.number('value', 1), on(call.floats(1), call.floats(2))));

const interpolated = (call: AtenCall): Node => {
  const [start, end, weight] = [call.floats(0), call.floats(1), call.floats(2)];
  return add(start, mul(weight, sub(end, start)));
};

/** Within bounds that are numbers or tensors, either of which may be missing. */
function clamped(call: AtenCall, low: number | string | undefined, high: number | string | undefined): Value {
  const bounded = (value: Value, which: number | string | undefined, meaning: Meaning) =>
    which !== undefined && call.has(which) ? applied(call, [value, call.value(which)], meaning) : value;
  const above = bounded(call.value(0), low, { of: Math.max, on: maximum });
  return bounded(above, high, { of: Math.min, on: minimum });
}

/** A comparison; whole numbers of the data are compared with one number by looking it up. */
function comparison(
  name: string,
  of: (a: number, b: number) => boolean,
  on: (a: Node, b: Node) => Node,
  indices: (indices: Node, bound: number) => Node,
): AtenRow[] {
  return rows(withOverloads(name), (call) => {
    const [a, b] = [call.value(0), call.value(1)];
    const numbers = numbersOf(b);
    if (a.kind === 'computed' && a.node.dtype === 'int32' && numbers?.data.length === 1)
      return computed(indices(a.node, numbers.data[0]), 'boolean');
    return applied(call, [a, b], { of: (x, y) => Number(of(x, y)), on, type: 'boolean' });
  });
}

/** 1 where an index is below a bound. */
const below = (indices: Node, bound: number): Node =>
  bound <= 0
    ? indices.graph.fill(0, indices.shape)
    : reduceSum(oneHot(indices, Math.ceil(bound)), [indices.shape.length]);
const isIndex = (indices: Node, value: number): Node =>
  Number.isInteger(value) && value >= 0 ? indicesEqual(indices, value) : indices.graph.fill(0, indices.shape);

const comparisons: readonly AtenRow[] = [
  ...comparison('eq', (a, b) => a === b, equal, isIndex),
  ...comparison(
    'ne',
    (a, b) => a !== b,
    (a, b) => not(equal(a, b)),
    (x, value) => not(isIndex(x, value)),
  ),
  ...comparison(
    'gt',
    (a, b) => a > b,
    greater,
    (x, bound) => not(below(x, Math.floor(bound) + 1)),
  ),
  ...comparison(
    'ge',
    (a, b) => a >= b,
    (a, b) => not(greater(b, a)),
    (x, bound) => not(below(x, bound)),
  ),
  ...comparison(
    'lt',
    (a, b) => a < b,
    (a, b) => greater(b, a),
    below,
  ),
  ...comparison(
    'le',
    (a, b) => a <= b,
    (a, b) => not(greater(a, b)),
    (x, bound) => below(x, Math.floor(bound) + 1),
  ),
];

const truth = (x: Node): Node => not(equal(x, 0));

/** Logic on truth values; on other numbers, whether they are not zero. */
const logic = (
  names: readonly string[],
  of: (a: boolean, b: boolean) => boolean,
  on: Meaning['on'],
): AtenRow[] =>
  rows(names, (call) => {
    const values = [call.value(0), call.value(1)];
    const asTruth = (node: Node, i: number) => (values[i].type === 'boolean' ? node : truth(node));
    return applied(call, values, {
      of: (a, b) => Number(of(a !== 0, b !== 0)),
      on: (...nodes) => on(...nodes.map(asTruth)),
      type: 'boolean',
    });
  });

const logicNames = (...words: string[]) =>
  words.flatMap((word) => [`logical_${word}`, ...withOverloads(`bitwise_${word}`, `__${word}__`)]);

const negation: Meaning = {
  of: (x) => Number(x === 0),
  on: (x) => equal(x, 0),
  type: 'boolean',
};

const logics: readonly AtenRow[] = [
  ...logic(logicNames('and'), (a, b) => a && b, mul),
  ...logic(logicNames('or'), (a, b) => a || b, maximum),
  ...logic(
    logicNames('xor'),
    (a, b) => a !== b,
    (a, b) => abs(sub(a, b)),
  ),
  ...pointwise(['logical_not', 'bitwise_not'], 1, negation),
  ...pointwise('isnan', 1, {
    of: (x) => Number(Number.isNaN(x)),
    on: (x) => not(equal(x, x)),
    type: 'boolean',
  }),
  ...pointwise('isinf', 1, {
    of: (x) => Number(Math.abs(x) === Infinity),
    on: (x) => equal(abs(x), Infinity),
    type: 'boolean',
  }),
];

const arithmetic: readonly AtenRow[] = [
  ...rows(withOverloads('add'), sum(1)),
  ...rows(withOverloads('sub'), sum(-1)),
  ...rows(withOverloads('rsub'), reversedDifference),
  ...pointwise(withOverloads('mul', 'multiply'), 2, { of: (a, b) => a * b, on: mul }),
  ...rows([...withOverloads('div', 'divide', 'true_divide'), 'div.Tensor_mode', 'div.Scalar_mode'], (call) =>
    quotient(call),
  ),
  ...rows(withOverloads('floor_divide'), (call) => quotient(call, 'floor')),
  ...pointwise(withOverloads('remainder'), 2, {
    of: (a, b) => a - b * Math.floor(a / b),
    on: flooredRemainder,
  }),
  ...pointwise(withOverloads('fmod'), 2, { of: (a, b) => a % b, on: truncatedRemainder }),
  ...rows(['pow.Tensor_Scalar', 'pow.Tensor_Tensor', 'pow.Scalar', 'float_power.Tensor_Scalar'], raised),
  ...rows('addcmul', combined(mul)),
  ...rows('addcdiv', combined(div)),
  ...rows(['lerp.Scalar', 'lerp.Tensor'], interpolated),
  ...pointwise(['maximum', 'max.other', 'fmax'], 2, { of: Math.max, on: maximum }),
  ...pointwise(['minimum', 'min.other', 'fmin'], 2, { of: Math.min, on: minimum }),
  ...rows(['clamp', 'clamp.Tensor', 'clip', 'clip.Tensor'], (call) => clamped(call, 1, 2)),
  ...rows(['clamp_min', 'clamp_min.Tensor'], (call) => clamped(call, 1, undefined)),
  ...rows(['clamp_max', 'clamp_max.Tensor'], (call) => clamped(call, undefined, 1)),
  ...pointwise('atan2', 2, { of: Math.atan2, on: trigonometry.arctan2, type: 'float' }),
  ...pointwise('logaddexp', 2, {
    of: (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
    on: (a, b) => add(a, softplus(sub(b, a))),
    type: 'float',
  }),
];

const functions: readonly AtenRow[] = [
  ...pointwise(['neg', 'negative'], 1, { of: (x) => -x, on: neg }),
  ...pointwise(['abs', 'absolute'], 1, { of: Math.abs, on: abs }),
  ...pointwise(['sign', 'sgn'], 1, { of: Math.sign, on: sign }),
  ...pointwise('square', 1, { of: (x) => x * x, on: square }),
  ...pointwise('floor', 1, { of: Math.floor, on: floor }),
  ...pointwise('ceil', 1, { of: Math.ceil, on: (x) => neg(floor(neg(x))) }),
  ...pointwise('round', 1, { of: roundOf, on: round }),
  ...pointwise(['trunc', 'fix'], 1, { of: Math.trunc, on: truncate }),
  ...pointwise('frac', 1, { of: (x) => x - Math.trunc(x), on: (x) => sub(x, truncate(x)) }),
  ...floating('exp', Math.exp, exp),
  ...floating(
    'exp2',
    (x) => 2 ** x,
    (x) => exp(mul(Math.LN2, x)),
  ),
  ...floating('expm1', Math.expm1, (x) => sub(exp(x), 1)),
  ...floating('log', Math.log, log),
  ...floating('log1p', Math.log1p, (x) => log(add(1, x))),
  ...floating('log2', Math.log2, (x) => mul(Math.LOG2E, log(x))),
  ...floating('log10', Math.log10, (x) => mul(Math.LOG10E, log(x))),
  ...floating('sqrt', Math.sqrt, sqrt),
  ...floating(
    'rsqrt',
    (x) => 1 / Math.sqrt(x),
    (x) => power(x, -0.5),
  ),
  ...floating('reciprocal', (x) => 1 / x, reciprocal),
  ...floating('erf', erfOf, erf),
  ...floating(
    'erfc',
    (x) => 1 - erfOf(x),
    (x) => sub(1, erf(x)),
  ),
  ...floating('sin', Math.sin, sin),
  ...floating('cos', Math.cos, cos),
  ...floating('tan', Math.tan, trigonometry.tan),
  ...floating('asin', Math.asin, trigonometry.arcsin),
  ...floating('acos', Math.acos, trigonometry.arccos),
  ...floating('atan', Math.atan, atan),
  ...floating('sinh', Math.sinh, trigonometry.sinh),
  ...floating('cosh', Math.cosh, trigonometry.cosh),
  ...floating('asinh', Math.asinh, trigonometry.arcsinh),
  ...floating('acosh', Math.acosh, trigonometry.arccosh),
  ...floating('atanh', Math.atanh, trigonometry.arctanh),
  ...floating('tanh', Math.tanh, tanh),
  ...floating('sigmoid', (x) => 1 / (1 + Math.exp(-x)), sigmoid),
];

/** One of two values, by a mask. */
const chosen = (call: AtenCall): Value => {
  const [mask, a, b] = [call.value(0), call.value(1), call.value(2)];
  return mask.kind === 'known' && a.kind === 'known' && b.kind === 'known'
    ? elementwise(commonType([a, b]), [mask, a, b], (which, x, y) => (which ? x : y))
    : computed(select(call.floats(0), call.floats(1), call.floats(2)), commonType([a, b]));
};

/** A value put where a mask is set. */
const filled = (call: AtenCall): Value => {
  const [x, mask, value] = [call.value(0), call.value(1), call.value(2)];
  return applied(call, [x, mask, value], {
    of: (kept, masked, put) => (masked ? put : kept),
    on: (kept, masked, put) => select(masked, put, kept),
    type: x.type,
  });
};

/** Operators that work number by number. */
export const pointwiseRows: readonly AtenRow[] = [
  ...arithmetic,
  ...functions,
  ...comparisons,
  ...logics,
  ...rows(['where.self', 'where.ScalarOther', 'where.ScalarSelf', 'where.Scalar'], chosen),
  ...rows(['masked_fill.Scalar', 'masked_fill.Tensor'], filled),
];
