import { sizeOf } from '../../core/size-of';
import type { Tensor, Tf } from './tf';

interface Range {
  readonly extent: number;
  readonly start: number;
  readonly count: number;
}

/** Fewer axes for the same copy: one that is taken whole is part of the one before it. Kernels are fast up to rank 4. */
function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of ranges) {
    const last = merged[merged.length - 1];
    const { extent } = range;
    if (last && range.count === extent)
      merged[merged.length - 1] = {
        extent: last.extent * extent,
        start: last.start * extent,
        count: last.count * extent,
      };
    else merged.push(range);
  }
  return merged;
}

/** Every `stride`-th of one axis, from its first element. */
function everyNth(tf: Tf, x: Tensor, axis: number, stride: number): Tensor {
  const extent = x.shape[axis];
  const count = Math.ceil(extent / stride);
  const shape = x.shape.map((n, a) => (a === axis ? count : n));
  if (x.dtype === 'int32') {
    const positions = Int32Array.from({ length: count }, (_, i) => i * stride);
    return tf.gather(x, tf.tensor1d(positions, 'int32'), axis);
  }
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const view = tf.reshape(x, [outer, extent, inner]);
  return tf.reshape(tf.stridedSlice(view, [0, 0, 0], [outer, extent, inner], [1, stride, 1]), shape);
}

/** `counts[a]` elements of each axis, from `starts[a]` in steps of `strides[a]`. */
export function sliced(
  tf: Tf,
  x: Tensor,
  {
    starts,
    counts,
    strides,
  }: {
    readonly starts: readonly number[];
    readonly counts: readonly number[];
    readonly strides: readonly number[];
  },
): Tensor {
  const spans = counts.map((count, axis) => (count - 1) * strides[axis] + 1);
  const ranges = mergeRanges(
    spans.map((count, axis) => ({ extent: x.shape[axis], start: starts[axis], count })),
  );
  let result = x;
  if (ranges.some(({ extent, count }) => count !== extent)) {
    const view = tf.reshape(
      x,
      ranges.map(({ extent }) => extent),
    );
    const part = tf.slice(
      view,
      ranges.map(({ start }) => start),
      ranges.map(({ count }) => count),
    );
    result = tf.reshape(part, spans);
  }
  strides.forEach((stride, axis) => {
    if (stride > 1 && counts[axis] > 1) result = everyNth(tf, result, axis, stride);
  });
  return result;
}

/** Puts `count` zeros after each element of an axis but the last. */
function spread(tf: Tf, x: Tensor, axis: number, count: number): Tensor {
  const extent = x.shape[axis];
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const wide = tf.pad(tf.reshape(x, [outer * extent, inner]), [
    [0, 0],
    [0, count * inner],
  ]);
  const span = (extent - 1) * (count + 1) + 1;
  const cut = tf.slice(
    tf.reshape(wide, [outer, extent * (count + 1) * inner]),
    [0, 0],
    [outer, span * inner],
  );
  return tf.reshape(
    cut,
    x.shape.map((n, a) => (a === axis ? span : n)),
  );
}

/** Adds `low[a]` and `high[a]` elements at the ends of each axis, or takes them away where negative; zeros in between. */
export function padded(
  tf: Tf,
  x: Tensor,
  {
    low,
    high,
    interior = [],
    fill = 0,
  }: {
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly interior?: readonly number[];
    readonly fill?: number;
  },
): Tensor {
  let result = x;
  interior.forEach((count, axis) => {
    if (count > 0 && result.shape[axis] > 1) result = spread(tf, result, axis, count);
  });
  const before = low.map((count) => Math.max(0, count));
  const after = high.map((count) => Math.max(0, count));
  result = surrounded(tf, result, { before, after, fill });
  // Ends are cut last: what goes away may be padding of the other end.
  return sliced(tf, result, {
    starts: before.map((count, axis) => count - low[axis]),
    counts: result.shape.map((extent, axis) => extent - before[axis] + low[axis] - after[axis] + high[axis]),
    strides: low.map(() => 1),
  });
}

function surrounded(
  tf: Tf,
  x: Tensor,
  {
    before,
    after,
    fill,
  }: { readonly before: readonly number[]; readonly after: readonly number[]; readonly fill: number },
): Tensor {
  if ([...before, ...after].every((count) => count === 0)) return x;
  const pads: { extent: number; ends: [number, number] }[] = [];
  x.shape.forEach((extent, axis) => {
    const last = pads[pads.length - 1];
    // An axis without padding is part of the one before it.
    if (last && before[axis] === 0 && after[axis] === 0)
      pads[pads.length - 1] = {
        extent: last.extent * extent,
        ends: [last.ends[0] * extent, last.ends[1] * extent],
      };
    else pads.push({ extent, ends: [before[axis], after[axis]] });
  });
  const view = tf.reshape(
    x,
    pads.map(({ extent }) => extent),
  );
  const result = tf.pad(
    view,
    pads.map(({ ends }) => ends),
    fill,
  );
  return tf.reshape(
    result,
    x.shape.map((extent, axis) => before[axis] + extent + after[axis]),
  );
}
