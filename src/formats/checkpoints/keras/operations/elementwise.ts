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
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
} from '../../../../autodiff/operations';
import * as activations from '../../../../network/activations';
import { indicesEqual } from '../../../../network/masks';
import { flooredRemainder, truncate, truncatedRemainder } from '../../../../network/remainders';
import { logSoftmax, softmax } from '../../../../network/softmax';
import * as trigonometry from '../../../../network/trigonometry';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from '../layers/config';
import type { LayerRow } from '../layers/row';
import { type Operand, axisOf, mixesRows, operandsOf, operationRow, tensorsOf, together } from './operands';

const not = (x: Node) => sub(1, truth(x));
/** 1 where a tensor is not 0: Keras' reading of a number as true or false. */
export const truth = (x: Node) => sub(1, equal(x, 0));

/** sin(pi x) / (pi x), by its series close to 0, where the quotient has no derivatives. */
function sinc(x: Node): Node {
  const y = mul(x, Math.PI);
  const square = mul(y, y);
  const series = add(1, mul(square, add(-1 / 6, mul(square, add(1 / 120, mul(square, -1 / 5040))))));
  const near = greater(0.1, abs(y));
  return select(near, series, div(sin(y), select(near, 1, y)));
}

/** Operations of one tensor without settings. */
const unary: Readonly<Record<string, (x: Node) => Node>> = {
  Abs: abs,
  Absolute: abs,
  Arccos: trigonometry.arccos,
  Arccosh: trigonometry.arccosh,
  Arcsin: trigonometry.arcsin,
  Arcsinh: trigonometry.arcsinh,
  Arctan: atan,
  Arctanh: trigonometry.arctanh,
  Cbrt: (x) => mul(sign(x), power(abs(x), 1 / 3)),
  Ceil: (x) => neg(floor(neg(x))),
  Conj: (x) => x,
  Conjugate: (x) => x,
  ConvertToTensor: (x) => x,
  Copy: (x) => x,
  Cos: cos,
  Cosh: trigonometry.cosh,
  Deg2rad: (x) => mul(x, Math.PI / 180),
  Erf: erf,
  Erfc: (x) => sub(1, erf(x)),
  Exp: exp,
  Exp2: (x) => exp(mul(x, Math.LN2)),
  Expm1: (x) => sub(exp(x), 1),
  Fabs: abs,
  Floor: floor,
  HardSigmoid: (x) => activations.hardSigmoid(x, 1 / 6),
  HardSilu: activations.hardSilu,
  HardTanh: activations.hardTanh,
  Log: log,
  Log10: (x) => mul(log(x), Math.LOG10E),
  Log1p: (x) => log(add(1, x)),
  Log2: (x) => mul(log(x), Math.LOG2E),
  LogSigmoid: activations.logSigmoid,
  LogicalNot: not,
  Negative: neg,
  Rad2deg: (x) => mul(x, 180 / Math.PI),
  OnesLike: (x) => x.graph.fill(1, x.shape),
  Real: (x) => x,
  Reciprocal: reciprocal,
  Relu: (x) => activations.rectify(x),
  Relu6: (x) => activations.rectify(x, { ceiling: 6 }),
  Rsqrt: (x) => power(x, -0.5),
  Selu: activations.selu,
  Sigmoid: sigmoid,
  Sign: sign,
  Signbit: (x) => greater(0, x),
  Silu: activations.silu,
  Sin: sin,
  Sinc: sinc,
  Sinh: trigonometry.sinh,
  Softplus: softplus,
  Softsign: activations.softsign,
  SparsePlus: activations.sparsePlus,
  SparseSigmoid: activations.sparseSigmoid,
  Sqrt: sqrt,
  Square: square,
  StopGradient: stopGradient,
  Tan: trigonometry.tan,
  Tanh: tanh,
  TanhShrink: activations.tanhShrink,
  Trunc: truncate,
  ZerosLike: (x) => x.graph.fill(0, x.shape),
};

/** Operations of one tensor with settings. */
const configured: Readonly<Record<string, (x: Node, config: LayerConfig) => Node>> = {
  Cast: (x, { raw }) => cast(x, raw.dtype),
  Celu: (x, config) => activations.celu(x, config.number('alpha', 1)),
  Clip: (x, config) => minimum(maximum(x, config.number('x_min', 0)), config.number('x_max', 0)),
  Elu: (x, config) => activations.elu(x, config.number('alpha', 1)),
  Gelu: (x, config) => activations.gelu(x, config.flag('approximate', true)),
  Glu: (x, config) => activations.glu(x, axisOf(config, 'axis', x)),
  HardShrink: (x, config) => activations.hardShrink(x, config.number('threshold', 0.5)),
  LeakyRelu: (x, config) => activations.leakyRelu(x, config.number('negative_slope', 0.2)),
  LogSoftmax: (x, config) => logSoftmax(x, axisOf(config, 'axis', x)),
  SoftShrink: (x, config) => activations.softShrink(x, config.number('threshold', 0.5)),
  SaturateCast: (x, { raw }) => cast(x, raw.dtype),
  Softmax: (x, config) => softmax(x, axisOf(config, 'axis', x)),
  Squareplus: (x, config) => activations.squareplus(x, config.number('b', 4)),
  Threshold: (x, config) =>
    activations.threshold(x, config.number('threshold', 0), config.number('default_value', 0)),
};

/** Operations of several operands that broadcast. */
const broadcasting: Readonly<Record<string, (a: Node, b: Node, c: Node) => Node>> = {
  Add: add,
  Arctan2: trigonometry.arctan2,
  Divide: div,
  DivideNoNan: (a, b) => mul(truth(b), div(a, select(truth(b), b, 1))),
  FloorDivide: (a, b) => floor(div(a, b)),
  Fmax: maximum,
  Fmin: minimum,
  Fmod: truncatedRemainder,
  Greater: greater,
  GreaterEqual: (a, b) => sub(1, greater(b, a)),
  Heaviside: (a, b) => add(greater(a, 0), mul(equal(a, 0), b)),
  Hypot: (a, b) => sqrt(add(square(a), square(b))),
  Less: (a, b) => greater(b, a),
  LessEqual: (a, b) => sub(1, greater(a, b)),
  // Of a and b alike, and smooth where they are equal.
  Logaddexp: (a, b) => add(b, softplus(sub(a, b))),
  Logaddexp2: (a, b) => add(b, mul(softplus(mul(sub(a, b), Math.LN2)), Math.LOG2E)),
  LogicalAnd: (a, b) => mul(truth(a), truth(b)),
  LogicalOr: (a, b) => maximum(truth(a), truth(b)),
  LogicalXor: (a, b) => abs(sub(truth(a), truth(b))),
  Maximum: maximum,
  Minimum: minimum,
  Mod: flooredRemainder,
  Multiply: mul,
  Subtract: sub,
  TrueDivide: div,
  Where: select,
};

/** Floats stay what they are, a boolean becomes 0 or 1; rounding to whole numbers is refused. */
function cast(x: Node, dtype: unknown): Node {
  if (dtype === 'bool') return truth(x);
  if (typeof dtype === 'string' && /^b?float/.test(dtype)) return x;
  throw new UserError(`casts to ${JSON.stringify(dtype)}, which is not supported`);
}

/** 1 where two operands are equal; class indices are compared with one index, as masks are made of them. */
function same(operands: readonly Operand[]): Node {
  const [left, right] = operands;
  if (left.kind !== 'indices' || right.kind !== 'constant') {
    const [a, b] = together(operands);
    return equal(a, b);
  }
  const [index] = right.values;
  if (right.values.length !== 1 || right.shape.length > left.node.shape.length) throw mixesRows();
  if (!Number.isInteger(index) || index < 0) return left.node.graph.fill(0, left.node.shape);
  return indicesEqual(left.node, index);
}

/** a to the power b: a fixed power where b is one number. */
function powerOf(operands: readonly Operand[]): Node {
  const [base, exponent] = operands;
  if (base.kind === 'tensor' && exponent.kind === 'constant' && exponent.values.length === 1) {
    if (exponent.shape.length > base.node.shape.length) throw mixesRows();
    return power(base.node, exponent.values[0]);
  }
  const [a, b] = together(operands);
  return exp(mul(b, log(a)));
}

export const elementwiseOperations: readonly LayerRow[] = [
  ...Object.entries(unary).map(([name, run]) =>
    operationRow(name, (operands) => run(tensorsOf(operands)[0])),
  ),
  ...Object.entries(configured).map(([name, run]) =>
    operationRow(name, (operands, config) => run(tensorsOf(operands)[0], config)),
  ),
  ...Object.entries(broadcasting).map(([name, run]) =>
    operationRow(name, (operands) => {
      const [a, b, c] = together(operands);
      return run(a, b, c);
    }),
  ),
  operationRow(
    'Select',
    (operands, _, { options }) => {
      const given =
        operands.length % 2
          ? operands
          : [...operands, ...operandsOf({ kind: 'value', value: options.default ?? 0 })];
      const nodes = together(given);
      const count = (nodes.length - 1) / 2;
      const last = nodes[2 * count];
      return Array.from({ length: count }, (_, i) => count - 1 - i).reduce(
        (rest, i) => select(truth(nodes[i]), nodes[count + i], rest),
        last,
      );
    },
    ['default'],
  ),
  operationRow('FullLike', (operands) => together(operands)[1]),
  operationRow('Equal', same),
  operationRow('NotEqual', (operands) => sub(1, same(operands))),
  operationRow('Power', powerOf),
];
