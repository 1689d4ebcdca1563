import type { ProgramNode } from '../../../autodiff/program';
import { broadcastShapes } from '../../../autodiff/shape';
import type { EmitTable, Operands } from '../emission';
import type { Tensor } from '../tensor';

/**
 * alpha op(A) op(B) + beta C for matrices, C of a shape that broadcasts to the result's. Transposes are written out:
 * the runtime's product of a transposed matrix is two to three times slower than copying it, and several products
 * share the copy.
 */
function gemm(
  node: ProgramNode<'matmul'>,
  emission: Operands,
  {
    addend,
    alpha = 1,
    beta = 1,
  }: { readonly addend?: Tensor; readonly alpha?: number; readonly beta?: number } = {},
): Tensor {
  const a = emission.whole(node, 0);
  const b = emission.whole(node, 1);
  const { transposeA, transposeB } = node.attributes;
  const more = [transposeB ? b.swapped() : b, ...(addend ? [addend] : [])];
  return (transposeA ? a.swapped() : a).apply(
    'Gemm',
    node.shape,
    { alpha: { float: alpha }, beta: { float: beta } },
    more.map(({ name }) => name),
  );
}

/** An operand of a batched product: a matrix that is the same for all the batch stays one. */
function batched(
  node: ProgramNode<'matmul'>,
  emission: Operands,
  input: number,
  transposed: boolean,
): Tensor {
  const operand = emission.operand(node, input);
  const whole = emission.whole(node, input);
  const rank = whole.shape.length;
  const isMatrix = [rank - 1, rank - 2].every(
    (axis) => operand.shape[axis - rank + operand.shape.length] === whole.shape[axis],
  );
  const x = isMatrix ? operand : whole;
  return transposed ? x.swapped() : x;
}

/**
 * A sum or difference with a product of matrices used nowhere else: one `Gemm` that starts from the other term. This
 * is both a dense layer's bias and the two terms of a product's tangent.
 */
export function accumulated(node: ProgramNode<'add' | 'sub'>, emission: Operands): Tensor | undefined {
  if (node.shape.length !== 2) return undefined;
  const sign = node.op === 'sub' ? -1 : 1;
  const right = emission.absorbable(node, 1, 'matmul');
  if (right) return gemm(right, emission, { addend: emission.operand(node, 0), alpha: sign });
  const left = emission.absorbable(node, 0, 'matmul');
  return left && gemm(left, emission, { addend: emission.operand(node, 1), alpha: 1, beta: sign });
}

export const matmulOps: Pick<EmitTable, 'matmul'> = {
  matmul: (node, emission) => {
    if (node.shape.length === 2) return gemm(node, emission);
    const a = batched(node, emission, 0, node.attributes.transposeA);
    const b = batched(node, emission, 1, node.attributes.transposeB);
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return a.apply('MatMul', [...batch, ...node.shape.slice(-2)], {}, [b.name]);
  },
};
