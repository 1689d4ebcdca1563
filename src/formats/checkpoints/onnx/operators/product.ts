import type { Node } from '../../../../autodiff/graph';
import { add, broadcast, matmul, mul, reshape, transpose } from '../../../../autodiff/operations';
import { ShapeError, broadcastShapes, sizeOf } from '../../../../autodiff/shape';
import { einsum } from '../../../../layers/einsum';
import type { OperatorCall } from '../call';
import type { OperatorRow } from './row';

/** NumPy's product: matrices over the last two axes, the others broadcast; vectors are a row on the left, a column on the right. */
function numpyProduct(a: Node, b: Node): Node {
  if (a.shape.length === 0 || b.shape.length === 0) throw new ShapeError('a number has no matrix product');
  if (a.shape.length === 1) {
    const y = numpyProduct(reshape(a, [1, a.shape[0]]), b);
    return reshape(y, b.shape.length === 1 ? [] : [...y.shape.slice(0, -2), ...y.shape.slice(-1)]);
  }
  if (b.shape.length === 1) {
    const y = numpyProduct(a, reshape(b, [b.shape[0], 1]));
    return reshape(y, y.shape.slice(0, -1));
  }
  if (b.shape.length === 2) {
    // One matrix for all: a single large product.
    const lead = a.shape.slice(0, -1);
    const flat = reshape(a, [sizeOf(lead), a.shape[a.shape.length - 1]]);
    return reshape(matmul(flat, b), [...lead, b.shape[1]]);
  }
  const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const whole = (x: Node) => broadcast(x, [...lead, ...x.shape.slice(-2)]);
  return matmul(whole(a), whole(b));
}

/** alpha op(A) op(B) + beta C. */
function gemm(call: OperatorCall): Node {
  const [a, b, c] = [call.floats(0), call.floats(1), call.optional(2)];
  const swapped = (x: Node, name: string) => (call.number(name, 0) ? transpose(x, [1, 0]) : x);
  const product = mul(call.number('alpha', 1), matmul(swapped(a, 'transA'), swapped(b, 'transB')));
  return c ? add(product, mul(call.number('beta', 1), c)) : product;
}

export const productRows: readonly OperatorRow[] = [
  {
    name: 'Einsum',
    build: (call) =>
      einsum(
        call.text('equation', ''),
        call.inputs.map((_, i) => call.floats(i)),
      ),
    weights: (call) => call.inputs.map((_, input) => ({ input, role: 'kernel' })),
  },
  {
    name: 'Gemm',
    build: gemm,
    weights: (call) => [
      { input: 0, role: 'kernel', filterAxis: call.number('transA', 0) ? 1 : 0 },
      { input: 1, role: 'kernel', filterAxis: call.number('transB', 0) ? 0 : 1 },
      { input: 2, role: 'bias' },
    ],
  },
  {
    name: 'MatMul',
    build: (call) => numpyProduct(call.floats(0), call.floats(1)),
    weights: (call) => [
      { input: 0, role: 'kernel', filterAxis: Math.max(0, call.value(0).shape.length - 2) },
      { input: 1, role: 'kernel', filterAxis: call.value(1).shape.length - 1 },
    ],
  },
];
