import { sizeOf } from '../../core/size-of';
import type { Kernels } from './kernel';
import type { Tensor, Tf } from './tf';

/** The last two axes exchanged. */
function flipped(tf: Tf, x: Tensor): Tensor {
  const rank = x.rank;
  return tf.transpose(x, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
}

/** `explicit`: transpose beforehand, for libraries whose fast product takes no transposed operand. */
export function matmulKernels(tf: Tf, explicit: boolean): Kernels<'matmul'> {
  const product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
    explicit
      ? tf.matMul(transposeA ? flipped(tf, a) : a, transposeB ? flipped(tf, b) : b)
      : tf.matMul(a, b, transposeA, transposeB);
  return {
    matmul: ([a, b], { transposeA, transposeB }, shape) => {
      const matrix = b.shape.slice(-2);
      const inner = a.shape[a.shape.length - 1];
      // One matrix for the whole batch: a single larger product.
      if (!transposeA && b.tensor.size === sizeOf(matrix))
        return tf.reshape(
          product(tf.reshape(a.whole, [-1, inner]), tf.reshape(b.tensor, matrix), false, transposeB),
          [...shape],
        );
      const batch = sizeOf(shape.slice(0, -2));
      const stacked = (x: Tensor) => tf.reshape(x, [batch, ...x.shape.slice(-2)]);
      const [left, right] = [stacked(a.whole), stacked(b.whole)];
      return tf.reshape(product(left, right, transposeA, transposeB), [...shape]);
    },
  };
}
