import { type Shape, sizeOf, stridesOf } from '../../autodiff/shape';
import { type Kernel, type Tensor, forEachIndex } from './kernel';

function reduce(
  x: Tensor,
  axes: readonly number[],
  shape: Shape,
  initial: number,
  combine: (a: number, b: number) => number,
): Float64Array {
  const out = new Float64Array(sizeOf(shape)).fill(initial);
  const kept = stridesOf(shape);
  let next = 0;
  const strides = x.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept[next++]));
  forEachIndex(x.shape, (index, position) => {
    let target = 0;
    for (let axis = 0; axis < index.length; axis++) target += index[axis] * strides[axis];
    out[target] = combine(out[target], x.data[position]);
  });
  return out;
}

export const reductionKernels: { readonly [O in 'reduceSum' | 'reduceMax']: Kernel<O> } = {
  reduceSum: ([x], { axes }, shape) => reduce(x, axes, shape, 0, (a, b) => a + b),
  reduceMax: ([x], { axes }, shape) => reduce(x, axes, shape, -Infinity, Math.max),
};
