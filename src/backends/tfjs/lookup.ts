import { sizeOf } from '../../core/size-of';
import type { Kernels } from './kernel';
import type { Tf } from './tf';
import { sliced } from './rearrange';

export function lookupKernels(tf: Tf): Kernels<'oneHot' | 'gather' | 'scatterAdd'> {
  return {
    oneHot: ([indices], { depth }, shape) => {
      const flat = tf.reshape(indices.whole, [-1]);
      // A depth of 1 is refused, and on wasm the result has integers whatever is asked for.
      const rows = tf.cast(tf.oneHot(flat, Math.max(2, depth)), 'float32');
      return tf.reshape(sliced(tf, rows, { starts: [0, 0], counts: [flat.size, depth], strides: [1, 1] }), [
        ...shape,
      ]);
    },
    gather: ([table, indices], _, shape) =>
      tf.reshape(tf.gather(table.whole, tf.reshape(indices.whole, [-1])), [...shape]),
    scatterAdd: ([updates, indices], { rows }, shape) => {
      const width = sizeOf(shape.slice(1));
      const count = sizeOf(indices.shape);
      const sums = tf.scatterND(
        tf.reshape(indices.whole, [count, 1]),
        tf.reshape(updates.whole, [count, width]),
        [rows, width],
      );
      return tf.reshape(sums, [...shape]);
    },
  };
}
