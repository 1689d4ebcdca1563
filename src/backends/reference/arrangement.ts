import { type Shape, sizeOf, stridesOf } from '../../autodiff/shape';
import { type Kernel, type Tensor, forEachIndex } from './kernel';

/** A new array whose element at each index comes from `source(index)` in x. */
function rearranged(
  x: Tensor,
  shape: Shape,
  source: (index: readonly number[]) => number,
): Float64Array | Int32Array {
  const out = x.data instanceof Int32Array ? new Int32Array(sizeOf(shape)) : new Float64Array(sizeOf(shape));
  forEachIndex(shape, (index, position) => (out[position] = x.data[source(index)]));
  return out;
}

const dot = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * strides[axis], 0);

export const arrangementKernels: {
  readonly [O in 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'reverse']: Kernel<O>;
} = {
  reshape: ([x]) => x.data,
  transpose: ([x], { permutation }, shape) => {
    const strides = stridesOf(x.shape);
    const moved = permutation.map((axis) => strides[axis]);
    return rearranged(x, shape, (index) => dot(index, moved));
  },
  broadcast: ([x], _, shape) => {
    const lead = shape.length - x.shape.length;
    const strides = stridesOf(x.shape);
    const spread = shape.map((_extent, axis) =>
      axis < lead || x.shape[axis - lead] === 1 ? 0 : strides[axis - lead],
    );
    return rearranged(x, shape, (index) => dot(index, spread));
  },
  slice: ([x], { starts, strides: steps }, shape) => {
    const strides = stridesOf(x.shape);
    const first = dot(starts, strides);
    const stepped = steps.map((step, axis) => step * strides[axis]);
    return rearranged(x, shape, (index) => first + dot(index, stepped));
  },
  pad: ([x], { low, interior }, shape) => {
    const out = new Float64Array(sizeOf(shape));
    const strides = stridesOf(shape);
    const first = dot(low, strides);
    const stepped = interior.map((count, axis) => (count + 1) * strides[axis]);
    forEachIndex(x.shape, (index, position) => (out[first + dot(index, stepped)] = x.data[position]));
    return out;
  },
  concat: (parts, { axis }, shape) => {
    const out =
      parts[0].data instanceof Int32Array ? new Int32Array(sizeOf(shape)) : new Float64Array(sizeOf(shape));
    const strides = stridesOf(shape);
    let start = 0;
    for (const part of parts) {
      forEachIndex(part.shape, (index, position) => {
        out[start * strides[axis] + dot(index, strides)] = part.data[position];
      });
      start += part.shape[axis];
    }
    return out;
  },
  reverse: ([x], { axes }, shape) => {
    const strides = stridesOf(x.shape);
    return rearranged(x, shape, (index) =>
      index.reduce(
        (sum, i, axis) => sum + (axes.includes(axis) ? shape[axis] - 1 - i : i) * strides[axis],
        0,
      ),
    );
  },
};
