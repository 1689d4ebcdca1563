import { claimed } from '../../../../autodiff/shape';
import type { Graph } from '../../../../autodiff/graph';
import { stopGradient } from '../../../../autodiff/operations';
import { type Shape, ShapeError, inversePermutation } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { type Value, computed } from '../../onnx/value';
import { expanded, joined, permuted, reshaped, takenAlong } from './rearrange';
import type { View } from './reference';

/** All of it. */
export const whole: View = { contiguous: true, part: (value) => value, replaced: (_, part) => part };

/** All of it, through which no gradient comes. */
export const detached: View = {
  contiguous: true,
  part: (value) => (value.kind === 'known' ? value : computed(stopGradient(value.node), value.type)),
  replaced: (_, part) => part,
};

/** The same elements under another shape. */
export const reshapedView = (shape: Shape): View => ({
  contiguous: true,
  part: (value) => reshaped(value, shape),
  replaced: (value, part) => reshaped(part, value.shape),
});

/** Axis `order[i]` as axis i. */
export const permutedView = (order: readonly number[]): View => ({
  contiguous: order.every((axis, i) => axis === i),
  part: (value) => permuted(value, order),
  replaced: (_, part) => permuted(part, inversePermutation(order)),
});

/** Repeated along axes of extent 1; PyTorch lets nobody write to that. */
export const expandedView = (shape: Shape): View => ({
  contiguous: false,
  part: (value) => expanded(value, shape),
  replaced: (value, part) => {
    if (sizeOf(value.shape) === sizeOf(part.shape)) return reshaped(part, value.shape);
    throw new ShapeError('it writes into a tensor that is repeated');
  },
});

/** `count` positions `step` apart of one axis of the memory's `graph`. */
export function slicedView(
  graph: Graph,
  axis: number,
  { start, step, count }: { readonly start: number; readonly step: number; readonly count: number },
): View {
  const positions = Array.from(claimed(count), (_, i) => start + i * step);
  return {
    contiguous: axis === 0 && step === 1,
    part: (value) => takenAlong(value, axis, positions),
    replaced(value, part) {
      if (count === 0) return value;
      const extent = value.shape[axis];
      const both = joined(graph, [value, part], axis);
      const sources = Array.from(claimed(extent), (_, i) => i);
      positions.forEach((position, i) => (sources[position] = extent + i));
      if (step !== 1) return takenAlong(both, axis, sources);
      const cut = (from: number, to: number) => takenAlong(value, axis, sources.slice(from, to));
      const before = start > 0 ? [cut(0, start)] : [];
      const after = start + count < extent ? [cut(start + count, extent)] : [];
      return joined(graph, [...before, part, ...after], axis);
    },
  };
}

/** One view after the other. */
export const chained = (first: View, second: View): View => ({
  contiguous: first.contiguous && second.contiguous,
  part: (value) => second.part(first.part(value)),
  replaced: (value, part) => first.replaced(value, second.replaced(first.part(value), part)),
});

/** One position of an axis, which goes away. */
export function selectedView(graph: Graph, { shape }: Value, axis: number, index: number): View {
  const position = index < 0 ? index + shape[axis] : index;
  if (!(position >= 0 && position < shape[axis]))
    throw new ShapeError(`position ${index} is outside an axis of ${shape[axis]}`);
  return chained(
    slicedView(graph, axis, { start: position, step: 1, count: 1 }),
    reshapedView(shape.filter((_, a) => a !== axis)),
  );
}
