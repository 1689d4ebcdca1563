import type { Node } from '../../../../../autodiff/graph';
import { add, matmul, mul, reduceSum, reshape, transpose } from '../../../../../autodiff/operations';
import { ShapeError } from '../../../../../autodiff/shape';
import { sizeOf } from '../../../../../core/size-of';
import { dense } from '../../../../../network/dense';
import { einsum } from '../../../../../network/einsum';
import { matrixProduct } from '../../../../../network/matrix-product';
import { type AtenCall, floatsOf } from '../call';
import { type AtenRow, type WeightUse, rows } from './row';

/** x W' + b with W [out, in]. */
function linear(call: AtenCall): Node {
  const [x, weight, bias] = [call.floats(0), call.floats(1), call.optional(2)];
  if (weight.shape.length === 1) {
    const y = reduceSum(mul(x, weight), [x.shape.length - 1]);
    return bias ? add(y, bias) : y;
  }
  if (x.shape.length === 1)
    return reshape(dense(reshape(x, [1, x.shape[0]]), transpose(weight, [1, 0]), bias), [weight.shape[0]]);
  return dense(x, transpose(weight, [1, 0]), bias);
}

/** beta self + alpha a b. */
const accumulated = (product: (a: Node, b: Node) => Node) => (call: AtenCall) => {
  const [beta, alpha] = [call.number('beta', 1), call.number('alpha', 1)];
  const found = mul(alpha, product(call.floats(1), call.floats(2)));
  return beta === 0 ? found : add(mul(beta, call.floats(0)), found);
};

/** x1' W_k x2 + b_k for every output k, W [out, in1, in2]. */
function bilinear(call: AtenCall): Node {
  const [a, b, weight, bias] = [call.floats(0), call.floats(1), call.floats(2), call.optional(3)];
  const [outputs, first, second] = weight.shape;
  const lead = a.shape.slice(0, -1);
  const pairs = mul(reshape(a, [sizeOf(lead), first, 1]), reshape(b, [sizeOf(lead), 1, second]));
  const flat = reshape(pairs, [sizeOf(lead), first * second]);
  const y = dense(flat, transpose(reshape(weight, [outputs, first * second]), [1, 0]), bias);
  return reshape(y, [...lead, outputs]);
}

const outer = (a: Node, b: Node): Node => mul(reshape(a, [a.shape[0], 1]), reshape(b, [1, b.shape[0]]));

const product = (call: AtenCall): Node => matrixProduct(call.floats(0), call.floats(1));

/** A matrix on the right learns its columns, one on the left its rows. */
const operands =
  (first: number) =>
  (call: AtenCall): WeightUse[] => [
    { argument: first, role: 'kernel', filterAxis: Math.max(0, call.value(first).shape.length - 2) },
    { argument: first + 1, role: 'kernel', filterAxis: Math.max(0, call.value(first + 1).shape.length - 1) },
  ];

function summed(call: AtenCall): Node {
  const operands = call.values(1).map((value) => floatsOf(call.graph, value));
  const equation = call.text(0, '');
  if (equation === '') throw new ShapeError('it has no equation');
  return einsum(equation.replace(/\s/g, ''), operands);
}

export const productRows: readonly AtenRow[] = [
  ...rows('linear', linear, () => [
    { argument: 1, role: 'kernel', filterAxis: 0 },
    { argument: 2, role: 'bias' },
  ]),
  ...rows(['matmul', 'mm', 'bmm', 'mv', 'dot', 'linalg_matmul', 'vdot', 'inner'], product, operands(0)),
  ...rows('outer', (call) => outer(call.floats(0), call.floats(1))),
  ...rows(['addmm', 'addmv', 'baddbmm'], accumulated(matrixProduct), (call) => [
    { argument: 0, role: 'bias' },
    ...operands(1)(call),
  ]),
  ...rows(
    'addbmm',
    accumulated((a, b) => reduceSum(matmul(a, b), [0])),
  ),
  ...rows('bilinear', bilinear, () => [
    { argument: 2, role: 'kernel', filterAxis: 0 },
    { argument: 3, role: 'bias' },
  ]),
  ...rows('einsum', summed),
];
