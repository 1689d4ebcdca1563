import { type Shape, stridesOf } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import { type Kernel, type Tensor, type View, forEachRun } from './kernel';

type Data = Tensor['data'];

/** Copies a shape's elements from where `source` has them to where `target` has them. */
function copy(
  shape: Shape,
  {
    from,
    source,
    to,
    target,
  }: { readonly from: Data; readonly source: View; readonly to: Data; readonly target: View },
): void {
  const count = shape.at(-1) ?? 1;
  const [step, stride] = [source.strides.at(-1) ?? 0, target.strides.at(-1) ?? 0];
  forEachRun(shape, source, target, (first, place) => {
    for (let i = 0, at = first, out = place; i < count; i++, at += step, out += stride) to[out] = from[at];
  });
}

const zerosLike = ({ data }: Tensor, shape: Shape): Data =>
  data instanceof Int32Array ? new Int32Array(sizeOf(shape)) : new Float64Array(sizeOf(shape));

const dot = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * strides[axis], 0);

/** A new array of `shape` whose elements lie in x as `source` says. */
function rearranged(x: Tensor, shape: Shape, source: View): Data {
  const out = zerosLike(x, shape);
  copy(shape, { from: x.data, source, to: out, target: { start: 0, strides: stridesOf(shape) } });
  return out;
}

export const arrangementKernels: {
  readonly [O in 'reshape' | 'transpose' | 'broadcast' | 'slice' | 'pad' | 'concat' | 'reverse']: Kernel<O>;
} = {
  reshape: ([x]) => x.data,
  transpose: ([x], { permutation }, shape) => {
    const strides = stridesOf(x.shape);
    return rearranged(x, shape, { start: 0, strides: permutation.map((axis) => strides[axis]) });
  },
  broadcast: ([x], _, shape) => {
    const lead = shape.length - x.shape.length;
    const strides = stridesOf(x.shape);
    const spread = shape.map((_extent, axis) =>
      axis < lead || x.shape[axis - lead] === 1 ? 0 : strides[axis - lead],
    );
    return rearranged(x, shape, { start: 0, strides: spread });
  },
  slice: ([x], { starts, strides: steps }, shape) => {
    const strides = stridesOf(x.shape);
    const stepped = steps.map((step, axis) => step * strides[axis]);
    return rearranged(x, shape, { start: dot(starts, strides), strides: stepped });
  },
  pad: ([x], { low, interior }, shape) => {
    const out = new Float64Array(sizeOf(shape));
    const strides = stridesOf(shape);
    const stepped = interior.map((count, axis) => (count + 1) * strides[axis]);
    const source = { start: 0, strides: stridesOf(x.shape) };
    copy(x.shape, { from: x.data, source, to: out, target: { start: dot(low, strides), strides: stepped } });
    return out;
  },
  concat: (parts, { axis }, shape) => {
    const out = zerosLike(parts[0], shape);
    const strides = stridesOf(shape);
    let start = 0;
    for (const part of parts) {
      const source = { start: 0, strides: stridesOf(part.shape) };
      copy(part.shape, {
        from: part.data,
        source,
        to: out,
        target: { start: start * strides[axis], strides },
      });
      start += part.shape[axis];
    }
    return out;
  },
  reverse: ([x], { axes }, shape) => {
    const strides = stridesOf(x.shape);
    const start = axes.reduce((sum, axis) => sum + (shape[axis] - 1) * strides[axis], 0);
    const turned = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return rearranged(x, shape, { start, strides: turned });
  },
};
