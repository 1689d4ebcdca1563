import { type Shape, stridesOf } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import { type Kernel, type Tensor, forEachRun } from './kernel';

function reduce(
  x: Tensor,
  axes: readonly number[],
  shape: Shape,
  { initial, combine }: { readonly initial: number; readonly combine: (a: number, b: number) => number },
): Float64Array {
  const out = new Float64Array(sizeOf(shape)).fill(initial);
  const kept = stridesOf(shape);
  let next = 0;
  const strides = x.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept[next++]));
  const count = x.shape.at(-1) ?? 1;
  const stride = strides.at(-1) ?? 0;
  const source = { start: 0, strides: stridesOf(x.shape) };
  forEachRun(x.shape, source, { start: 0, strides }, (first, place) => {
    for (let i = 0, target = place; i < count; i++, target += stride)
      out[target] = combine(out[target], x.data[first + i]);
  });
  return out;
}

export const reductionKernels: { readonly [O in 'reduceSum' | 'reduceMax']: Kernel<O> } = {
  reduceSum: ([x], { axes }, shape) => reduce(x, axes, shape, { initial: 0, combine: (a, b) => a + b }),
  reduceMax: ([x], { axes }, shape) => reduce(x, axes, shape, { initial: -Infinity, combine: Math.max }),
};
