import { type Elementwise, type Node, type Unary, type Variadic, isOp } from '../graph';
import { type Shape, ShapeError, broadcastShapes, inversePermutation, sameShape, shapeText } from '../shape';
import { broadcast, transpose } from './arrangement';
import { type Rule, constantRule } from './rule';

/** A node, or a number that broadcasts against one. */
export type Operand = Node | number;

/** Rearranging first and applying after is the same: keep transposes last, where pairs of them cancel. */
function sinkTransposes(inputs: readonly Node[], apply: (inputs: readonly Node[]) => Node): Node {
  const moved = inputs.find((input): input is Node<'transpose'> => isOp(input, 'transpose'));
  if (!moved) return apply(inputs);
  const { permutation } = moved.attributes;
  const inverse = inversePermutation(permutation);
  const sinks = inputs.every(
    (input) =>
      isOp(input, 'fill') ||
      isOp(input, 'broadcast') ||
      (isOp(input, 'transpose') && sameShape(input.attributes.permutation, permutation)),
  );
  if (!sinks) return apply(inputs);
  // A transposed fill or broadcast is again one, and two transposes cancel: nothing is copied here.
  return transpose(apply(inputs.map((input) => transpose(input, inverse))), permutation);
}

function unary(op: Unary, x: Node): Node {
  if (isOp(x, 'fill') && op !== 'stopGradient')
    return x.graph.fill(unaryValues[op](x.attributes.value), x.shape);
  return sinkTransposes([x], ([inner]) => inner.graph.node(op, [inner], {}, { shape: inner.shape }));
}

/** 1 / (1 + exp(-x)) in float64, without overflow. */
export const sigmoidOf = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
/** log(1 + exp(x)) in float64, without overflow. */
export const softplusOf = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/**
 * The error function in float64: its Maclaurin series below 3, the continued fraction of erfc above (Abramowitz and
 * Stegun 7.1.6, 7.1.14), to about 1e-15.
 */
export function erfOf(x: number): number {
  const a = Math.abs(x);
  if (a < 3) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  if (a > 6) return Math.sign(x);
  let fraction = a;
  for (let n = 60; n >= 1; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
}

/** -x. */
export const neg = (x: Node): Node => (isOp(x, 'neg') ? x.inputs[0] : unary('neg', x));
/** e^x. */
export const exp = (x: Node): Node => unary('exp', x);
/** The natural logarithm of x. */
export const log = (x: Node): Node => unary('log', x);
/** The root of x, of 0 and more. */
export const sqrt = (x: Node): Node => unary('sqrt', x);
/** 1 / x. */
export const reciprocal = (x: Node): Node => unary('reciprocal', x);
/** (e^x - e^-x) / (e^x + e^-x). */
export const tanh = (x: Node): Node => unary('tanh', x);
/** 1 / (1 + e^-x). */
export const sigmoid = (x: Node): Node => unary('sigmoid', x);
/** log(1 + exp(x)) without overflow. */
export const softplus = (x: Node): Node => unary('softplus', x);
/** 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export const erf = (x: Node): Node => unary('erf', x);
/** The sine of x, in radians. */
export const sin = (x: Node): Node => unary('sin', x);
/** The cosine of x, in radians. */
export const cos = (x: Node): Node => unary('cos', x);
/** The inverse of the tangent, in (-π/2, π/2). */
export const atan = (x: Node): Node => unary('atan', x);
/** |x|, with the derivative 0 at 0. */
export const abs = (x: Node): Node => unary('abs', x);
/** -1, 0 or 1, with the derivative 0. */
export const sign = (x: Node): Node => unary('sign', x);
/** The largest whole number that is not above x, with derivative zero. */
export const floor = (x: Node): Node => unary('floor', x);
/** max(x, 0), with the derivative 0 at 0. */
export const relu = (x: Node): Node => unary('relu', x);
/** The identity, with derivative zero. */
export const stopGradient = (x: Node): Node => unary('stopGradient', x);
/** x^2. */
export const square = (x: Node): Node => mul(x, x);

/** x to a fixed power. */
export function power(x: Node, exponent: number): Node {
  if (exponent === 1) return x;
  if (exponent === 0) return x.graph.fill(1, x.shape);
  if (exponent === -1) return reciprocal(x);
  if (exponent === 2) return square(x);
  if (exponent === 0.5) return sqrt(x);
  return sinkTransposes([x], ([inner]) =>
    inner.graph.node('power', [inner], { exponent }, { shape: inner.shape }),
  );
}

/** Operands as nodes of one shape, by NumPy's broadcasting. */
function together(operands: readonly Operand[]): Node[] {
  const nodes = operands.filter((operand): operand is Node => typeof operand !== 'number');
  const { graph } = nodes[0];
  const shape = nodes.reduce<Shape>((all, node) => broadcastShapes(all, node.shape), []);
  return operands.map((operand) =>
    typeof operand === 'number' ? graph.fill(operand, shape) : broadcast(operand, shape),
  );
}

function variadic(op: Variadic, inputs: readonly Node[]): Node {
  // Work on the small tensors and broadcast once.
  if (inputs.every((input) => isOp(input, 'broadcast') || isOp(input, 'fill'))) {
    const sources = inputs.map((input) =>
      isOp(input, 'fill') ? input.graph.fill(input.attributes.value) : input.inputs[0],
    );
    const shape = sources.reduce<Shape>((all, source) => broadcastShapes(all, source.shape), []);
    if (!sameShape(shape, inputs[0].shape))
      return broadcast(
        variadic(
          op,
          sources.map((source) => broadcast(source, shape)),
        ),
        inputs[0].shape,
      );
  }
  return sinkTransposes(inputs, (all) => {
    if (all.some((input) => !sameShape(input.shape, all[0].shape)))
      throw new ShapeError(
        `${op} takes one shape, not ${all.map((input) => shapeText(input.shape)).join(' and ')}`,
      );
    return all[0].graph.node(op, all, {}, { shape: all[0].shape });
  });
}

const valueOf = (node: Node): number | undefined => (isOp(node, 'fill') ? node.attributes.value : undefined);

function folded(inputs: readonly Node[], fold: (...values: number[]) => number): Node | undefined {
  const values = inputs.map(valueOf);
  return values.every((value) => value !== undefined)
    ? inputs[0].graph.fill(fold(...values), inputs[0].shape)
    : undefined;
}

/**
 * a + b, by NumPy's rule of broadcasting.
 * @throws ShapeError where they do not broadcast.
 */
export function add(left: Operand, right: Operand): Node {
  const [a, b] = together([left, right]);
  if (valueOf(a) === 0) return b;
  if (valueOf(b) === 0) return a;
  if (isOp(b, 'neg')) return sub(a, b.inputs[0]);
  if (isOp(a, 'neg')) return sub(b, a.inputs[0]);
  return folded([a, b], (x, y) => x + y) ?? variadic('add', [a, b]);
}

/**
 * a - b, by NumPy's rule of broadcasting.
 * @throws ShapeError where they do not broadcast.
 */
export function sub(left: Operand, right: Operand): Node {
  const [a, b] = together([left, right]);
  if (valueOf(b) === 0) return a;
  if (valueOf(a) === 0) return neg(b);
  if (isOp(b, 'neg')) return add(a, b.inputs[0]);
  return folded([a, b], (x, y) => x - y) ?? variadic('sub', [a, b]);
}

/** The product. A constant zero factor makes it zero: no NaN is carried through it. */
export function mul(left: Operand, right: Operand): Node {
  const [a, b] = together([left, right]);
  if (valueOf(a) === 0 || valueOf(b) === 1) return a;
  if (valueOf(b) === 0 || valueOf(a) === 1) return b;
  if (valueOf(a) === -1) return neg(b);
  if (valueOf(b) === -1) return neg(a);
  if (isOp(a, 'neg')) return neg(mul(a.inputs[0], b));
  if (isOp(b, 'neg')) return neg(mul(a, b.inputs[0]));
  // A commutative product has one order, so that equal products are one node.
  return folded([a, b], (x, y) => x * y) ?? variadic('mul', a.id <= b.id ? [a, b] : [b, a]);
}

/**
 * a / b, by NumPy's rule of broadcasting.
 * @throws ShapeError where they do not broadcast.
 */
export function div(left: Operand, right: Operand): Node {
  const [a, b] = together([left, right]);
  if (valueOf(b) === 1 || valueOf(a) === 0) return a;
  const divisor = valueOf(b);
  if (divisor !== undefined) return mul(a, 1 / divisor);
  return variadic('div', [a, b]);
}

/** The larger of a and b, by NumPy's rule of broadcasting; at a tie the first has the derivative. */
export const maximum = (left: Operand, right: Operand): Node => variadic('maximum', together([left, right]));
/** The smaller of a and b, by NumPy's rule of broadcasting; at a tie the first has the derivative. */
export const minimum = (left: Operand, right: Operand): Node => variadic('minimum', together([left, right]));
/** 1 where left > right, else 0. */
export const greater = (left: Operand, right: Operand): Node => variadic('greater', together([left, right]));
/** 1 where left = right, else 0. */
export const equal = (left: Operand, right: Operand): Node => variadic('equal', together([left, right]));

/** `a` where `mask` is not zero, else `b`. NaN in the branch not taken stays out. */
export function select(mask: Node, a: Operand, b: Operand): Node {
  return variadic('select', together([mask, a, b]));
}

/** A primitive of one argument by its derivative f'(x), written in terms of the node y = f(x). */
function unaryRule<O extends Unary | 'power'>(derivative: (node: Node<O>, x: Node) => Node): Rule<O> {
  return {
    jvp: (node, [tangent]) => tangent && mul(tangent, derivative(node, node.inputs[0])),
    vjp: (node, cotangent) => [mul(cotangent, derivative(node, node.inputs[0]))],
  };
}

/** A primitive of two arguments by its partial derivatives. */
function binaryRule<O extends Variadic>(
  left: (node: Node<O>) => Operand,
  right: (node: Node<O>) => Operand,
): Rule<O> {
  return {
    jvp(node, [a, b]) {
      const first = a && mul(a, left(node));
      const second = b && mul(b, right(node));
      return first && second ? add(first, second) : (first ?? second);
    },
    vjp: (node, cotangent) => [mul(cotangent, left(node)), mul(cotangent, right(node))],
  };
}

const productRule: Rule<'mul'> = binaryRule(
  (node) => node.inputs[1],
  (node) => node.inputs[0],
);

/** Of a square, 2x once instead of x twice: the same number, and the factor goes to what is smaller. */
const squareOrProductRule: Rule<'mul'> = {
  jvp(node, tangents) {
    const [x, y] = node.inputs;
    return x === y ? tangents[0] && mul(mul(tangents[0], 2), x) : productRule.jvp(node, tangents);
  },
  vjp(node, cotangent) {
    const [x, y] = node.inputs;
    return x === y ? [mul(mul(cotangent, 2), x), undefined] : productRule.vjp(node, cotangent);
  },
};

/** 1 where the first input wins; ties go to the second. */
const firstWins = (node: Node, swapped: boolean): Node =>
  swapped ? greater(node.inputs[1], node.inputs[0]) : greater(node.inputs[0], node.inputs[1]);

/** What a primitive of one argument is: its value in float64, and its derivative; without one, that is zero. */
interface UnaryPrimitive {
  value(x: number): number;
  /** f'(x), in terms of the node y = f(x) and of x. */
  derivative?(y: Node, x: Node): Node;
}

const primitive = (
  value: UnaryPrimitive['value'],
  derivative?: UnaryPrimitive['derivative'],
): UnaryPrimitive => ({ value, ...(derivative && { derivative }) });

/** Every primitive of one argument, whole: constants are folded by its value, as the reference backend computes it. */
const UNARY: Readonly<Record<Unary, UnaryPrimitive>> = {
  neg: primitive(
    (x) => -x,
    (y) => y.graph.fill(-1, y.shape),
  ),
  exp: primitive(Math.exp, (y) => y),
  log: primitive(Math.log, (_, x) => reciprocal(x)),
  sqrt: primitive(Math.sqrt, (y) => div(0.5, y)),
  reciprocal: primitive(
    (x) => 1 / x,
    (y) => neg(square(y)),
  ),
  tanh: primitive(Math.tanh, (y) => sub(1, square(y))),
  sigmoid: primitive(sigmoidOf, (y) => mul(y, sub(1, y))),
  softplus: primitive(softplusOf, (_, x) => sigmoid(x)),
  erf: primitive(erfOf, (_, x) => mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
  sin: primitive(Math.sin, (_, x) => cos(x)),
  cos: primitive(Math.cos, (_, x) => neg(sin(x))),
  atan: primitive(Math.atan, (_, x) => reciprocal(add(1, square(x)))),
  abs: primitive(Math.abs, (_, x) => sign(x)),
  sign: primitive(Math.sign),
  floor: primitive(Math.floor),
  // The almost-everywhere derivative: 0 at the kink, and no second derivative there.
  relu: primitive(
    (x) => Math.max(x, 0),
    (_, x) => greater(x, 0),
  ),
  stopGradient: primitive((x) => x),
};

const mapped = <T>(each: (primitive: UnaryPrimitive) => T): Record<Unary, T> =>
  Object.fromEntries(Object.entries(UNARY).map(([op, found]) => [op, each(found)])) as Record<Unary, T>;

/** The primitives of one argument as functions in float64; NaN passes. */
export const unaryValues: Readonly<Record<Unary, (x: number) => number>> = mapped(({ value }) => value);

export const elementwiseRules: { readonly [O in Elementwise]: Rule<O> } = {
  ...mapped(({ derivative }): Rule<Unary> => (derivative ? unaryRule(derivative) : constantRule)),
  power: unaryRule((node, x) => mul(node.attributes.exponent, power(x, node.attributes.exponent - 1))),
  add: binaryRule(
    () => 1,
    () => 1,
  ),
  sub: binaryRule(
    () => 1,
    () => -1,
  ),
  mul: squareOrProductRule,
  div: binaryRule(
    (node) => reciprocal(node.inputs[1]),
    (node) => neg(div(node, node.inputs[1])),
  ),
  maximum: binaryRule(
    (node) => firstWins(node, false),
    (node) => sub(1, firstWins(node, false)),
  ),
  minimum: binaryRule(
    (node) => firstWins(node, true),
    (node) => sub(1, firstWins(node, true)),
  ),
  greater: constantRule,
  equal: constantRule,
  select: {
    jvp: (node, [, a, b]) => (a || b) && select(node.inputs[0], a ?? 0, b ?? 0),
    vjp: (node, cotangent) => [
      undefined,
      select(node.inputs[0], cotangent, 0),
      select(node.inputs[0], 0, cotangent),
    ],
  },
};
