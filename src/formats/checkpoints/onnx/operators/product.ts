import type { Node } from '../../../../autodiff/graph';
import { add, matmul, mul, transpose } from '../../../../autodiff/operations';
import { einsum } from '../../../../network/einsum';
import { matrixProduct } from '../../../../network/matrix-product';
import type { OperatorCall } from '../call';
import type { OperatorRow } from './row';

/** alpha op(A) op(B) + beta C. */
function gemm(call: OperatorCall): Node {
  const [a, b, c] = [call.floats(0), call.floats(1), call.optional(2)];
  const swapped = (x: Node, name: string) => (call.number(name, 0) ? transpose(x, [1, 0]) : x);
  const product = mul(call.number('alpha', 1), matmul(swapped(a, 'transA'), swapped(b, 'transB')));
  const beta = call.number('beta', 1);
  // Up to version 6 of the set: whether C may be broadcast, which fits or does not.
  call.number('broadcast', 0);
  return c ? add(product, mul(beta, c)) : product;
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
    build: (call) => matrixProduct(call.floats(0), call.floats(1)),
    weights: (call) => [
      { input: 0, role: 'kernel', filterAxis: Math.max(0, call.value(0).shape.length - 2) },
      { input: 1, role: 'kernel', filterAxis: call.value(1).shape.length - 1 },
    ],
  },
];
