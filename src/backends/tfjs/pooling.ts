import type { WindowAttributes } from '../../autodiff/graph';
import { type Shape, stridesOf } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import { identityOf } from '../../core/identity';
import type { Kernels } from './kernel';
import type { Tensor, Tf } from './tf';
import { padded, sliced } from './rearrange';
import type { Value } from './value';

type Pooling = 'sumPool' | 'maxPool' | 'maxPoolGather' | 'maxPoolScatter';

/** Every offset inside a window, row-major. */
export function offsetsIn(window: Shape): number[][] {
  return window.reduce<number[][]>(
    (offsets, extent) =>
      offsets.flatMap((offset) => Array.from({ length: extent }, (_, i) => [...offset, i])),
    [[]],
  );
}

/** x [N, C, spatial...] as [N * C, spatial... with its padding]. */
function planes(tf: Tf, x: Tensor, { padding }: WindowAttributes, fill: number): Tensor {
  const [n, c, ...spatial] = x.shape;
  const [low, high] = [0, 1].map((end) => [0, ...padding.map((ends) => ends[end])]);
  return padded(tf, tf.reshape(x, [n * c, ...spatial]), { low, high, interior: [], fill });
}

/**
 * Where each window of x has its maximum, the first among ties, as flat positions in the padded planes. The library's
 * own kernels for it are not used: its gradient of a maximum on wasm misses windows without positive elements.
 */
function positions(tf: Tf, x: Value, attributes: WindowAttributes, places: Shape): Tensor {
  const { window, strides } = attributes;
  return x.derived(`positions ${identityOf(attributes)}`, () => {
    const all = planes(tf, x.whole, attributes, -Infinity);
    const count = all.shape[0];
    const rows = stridesOf(all.shape);
    const shape = [count, ...places];
    const at = (index: readonly number[]) => index.reduce((sum, i, axis) => sum + i * rows[axis + 1], 0);
    let best: Tensor | undefined;
    let offset = tf.zeros(shape, 'int32');
    for (const tap of offsetsIn(window)) {
      const here = sliced(tf, all, { starts: [0, ...tap], counts: shape, strides: [1, ...strides] });
      if (best) {
        const better = tf.greater(here, best);
        offset = tf.where(better, tf.fill(shape, at(tap), 'int32'), offset);
        best = tf.maximum(best, here);
      } else best = here;
    }
    const firsts = offsetsIn(places).map((place) => at(place.map((i, axis) => i * strides[axis])));
    const starts = Array.from({ length: count }, (_, plane) => plane * rows[0]);
    const base = tf.add(
      tf.tensor2d(starts, [count, 1], 'int32'),
      tf.tensor2d(firsts, [1, firsts.length], 'int32'),
    );
    return tf.reshape(tf.add(base, tf.reshape(offset, base.shape)), [-1]);
  });
}

export function poolingKernels(tf: Tf): Kernels<Pooling> {
  const gathered = (x: Value, values: Value, attributes: WindowAttributes, shape: Shape): Tensor => {
    const flat = tf.reshape(planes(tf, values.whole, attributes, 0), [-1]);
    return tf.reshape(tf.gather(flat, positions(tf, x, attributes, shape.slice(2))), [...shape]);
  };
  return {
    sumPool: ([x], attributes, shape) => {
      // One axis after the other: the sum of the window's slices along it.
      let sum = planes(tf, x.whole, attributes, 0);
      attributes.window.forEach((extent, i) => {
        const counts = sum.shape.map((n, axis) => (axis === i + 1 ? shape[i + 2] : n));
        const along = (value: number, rest: number) =>
          counts.map((_, axis) => (axis === i + 1 ? value : rest));
        const slices = Array.from({ length: extent }, (_, offset) =>
          sliced(tf, sum, { starts: along(offset, 0), counts, strides: along(attributes.strides[i], 1) }),
        );
        sum = slices.reduce((a, b) => tf.add(a, b));
      });
      return tf.reshape(sum, [...shape]);
    },
    maxPool: ([x], attributes, shape) => gathered(x, x, attributes, shape),
    maxPoolGather: ([x, values], attributes, shape) => gathered(x, values, attributes, shape),
    maxPoolScatter: ([x, cotangent], attributes, shape) => {
      const { padding } = attributes;
      const [n, c, ...spatial] = shape;
      const all = [n * c, ...spatial.map((extent, i) => extent + padding[i][0] + padding[i][1])];
      const where = positions(tf, x, attributes, cotangent.shape.slice(2));
      const flat = tf.scatterND(tf.reshape(where, [-1, 1]), tf.reshape(cotangent.whole, [-1]), [sizeOf(all)]);
      const starts = [0, ...padding.map(([before]) => before)];
      const part = sliced(tf, tf.reshape(flat, all), {
        starts,
        counts: [n * c, ...spatial],
        strides: starts.map(() => 1),
      });
      return tf.reshape(part, [...shape]);
    },
  };
}
