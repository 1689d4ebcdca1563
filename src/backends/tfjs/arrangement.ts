import type { Kernels } from './kernel';
import type { Tf } from './tf';
import { padded, sliced } from './rearrange';

type Arrangement = 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'reverse';

export function arrangementKernels(tf: Tf): Kernels<Arrangement> {
  return {
    reshape: ([x], _, shape) =>
      x.tensor.size === 1 ? tf.reshape(x.tensor, []) : tf.reshape(x.whole, [...shape]),
    transpose: ([x], { permutation }) => tf.transpose(x.aligned, [...permutation]),
    broadcast: ([x]) => x.tensor,
    slice: ([x], { starts, strides }, shape) => sliced(tf, x.whole, { starts, counts: shape, strides }),
    pad: ([x], { low, high, interior }) => padded(tf, x.whole, { low, high, interior }),
    concat: (parts, { axis }) =>
      tf.concat(
        parts.map((part) => part.whole),
        axis,
      ),
    reverse: ([x], { axes }) => tf.reverse(x.aligned, [...axes]),
  };
}
