import type { WindowAttributes } from '../../autodiff/graph';
import { type Shape, stridesOf } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import { type Kernel, type Tensor, forEachIndex } from './kernel';

/** Every element under every window, as positions in the input and the output; windows in order, each row-major. */
function forEachElement(
  input: Shape,
  output: Shape,
  { window, strides, padding }: WindowAttributes,
  visit: (input: number, output: number) => void,
): void {
  const inputStrides = stridesOf(input);
  forEachIndex(output, (index, out) => {
    const base = index[0] * inputStrides[0] + index[1] * inputStrides[1];
    // A window may be far larger than what lies under it.
    const first = window.map((_, axis) => index[axis + 2] * strides[axis] - padding[axis][0]);
    const from = first.map((where) => Math.max(0, where));
    const to = first.map((where, axis) => Math.min(input[axis + 2], where + window[axis]));
    const covered = from.map((start, axis) => Math.max(0, to[axis] - start));
    forEachIndex(covered, (offset) => {
      const position = offset.reduce(
        (sum, step, axis) => sum + (from[axis] + step) * inputStrides[axis + 2],
        base,
      );
      visit(position, out);
    });
  });
}

/** Position of each window's maximum in x, the first among ties. */
function argmax(x: Tensor, shape: Shape, attributes: WindowAttributes): Int32Array {
  const best = new Int32Array(sizeOf(shape)).fill(-1);
  forEachElement(x.shape, shape, attributes, (position, out) => {
    if (best[out] < 0 || x.data[position] > x.data[best[out]]) best[out] = position;
  });
  return best;
}

const gathered = (values: Tensor, positions: Int32Array): Float64Array =>
  Float64Array.from(positions, (position) => values.data[position]);

export const poolingKernels: {
  readonly [O in 'sumPool' | 'maxPool' | 'maxPoolGather' | 'maxPoolScatter']: Kernel<O>;
} = {
  sumPool: ([x], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    forEachElement(x.shape, shape, attributes, (position, to) => (out[to] += x.data[position]));
    return out;
  },
  maxPool: ([x], attributes, shape) => gathered(x, argmax(x, shape, attributes)),
  maxPoolGather: ([x, values], attributes, shape) => gathered(values, argmax(x, shape, attributes)),
  maxPoolScatter: ([x, cotangent], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    argmax(x, cotangent.shape, attributes).forEach((position, i) => (out[position] += cotangent.data[i]));
    return out;
  },
};
