import { claimed } from '../autodiff/shape';
import type { Node } from '../autodiff/graph';
import { concat, reduceMax, reshape, sliceAxis, transpose } from '../autodiff/operations';
import { type ChannelOrder, fromChannelsFirst, toChannelsFirst } from './channels';
import { dense } from './dense';

/** How a resized image takes its points from those around them. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';
export const INTERPOLATIONS: readonly Interpolation[] = [
  'nearest',
  'bilinear',
  'bicubic',
  'lanczos3',
  'lanczos5',
];

/** Each spatial axis of x resized to a number of positions, whose centres lie half a position from the edges. */
export function resize(
  x: Node,
  sizes: readonly number[],
  {
    interpolation,
    order,
    antialias = false,
  }: { readonly interpolation: Interpolation; readonly order: ChannelOrder; readonly antialias?: boolean },
): Node {
  return alongSpatial(x, sizes, order, (extent, size) => {
    const stretch = antialias ? Math.max(extent / size, 1) : 1;
    return (i) => {
      const centre = ((i + 0.5) * extent) / size - 0.5;
      if (interpolation === 'nearest') return unit(extent, Math.floor(centre + 0.5));
      const weights = Array.from({ length: extent }, (_, j) =>
        kernels[interpolation](Math.abs(centre - j) / stretch),
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.map((weight) => weight / total);
    };
  });
}

/** The mean over as many nearly equal windows of each spatial axis as asked for; they overlap where they do not fit. */
export function adaptiveAveragePool(x: Node, sizes: readonly number[], order: ChannelOrder): Node {
  return alongSpatial(x, sizes, order, (extent, size) => (i) => {
    const [start, end] = adaptiveWindow(i, extent, size);
    return Array.from({ length: extent }, (_, j) => (j >= start && j < end ? 1 / (end - start) : 0));
  });
}

/** The maximum over the windows of {@link adaptiveAveragePool}. */
export function adaptiveMaxPool(x: Node, sizes: readonly number[], order: ChannelOrder): Node {
  const pooled = sizes.reduce(
    (y, size, i) => {
      const axis = i + 2;
      const extent = y.shape[axis];
      const kept = y.shape.map((length, a) => (a === axis ? 1 : length));
      return concat(
        Array.from(claimed(size), (_, position) => {
          const [start, end] = adaptiveWindow(position, extent, size);
          return reshape(reduceMax(sliceAxis(y, axis, start, end), [axis]), kept);
        }),
        axis,
      );
    },
    toChannelsFirst(x, order),
  );
  return fromChannelsFirst(pooled, order);
}

const adaptiveWindow = (position: number, extent: number, size: number): [number, number] => [
  Math.floor((position * extent) / size),
  Math.ceil(((position + 1) * extent) / size),
];

const unit = (extent: number, at: number) => Array.from({ length: extent }, (_, j) => (j === at ? 1 : 0));

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos = (radius: number) => (x: number) => (x < radius ? sinc(x) * sinc(x / radius) : 0);

/** Weights by distance: the triangle, Keys' cubic (a = -1/2) and Lanczos' windowed sinc. */
const kernels: Readonly<Record<Exclude<Interpolation, 'nearest'>, (x: number) => number>> = {
  bilinear: (x) => Math.max(0, 1 - x),
  bicubic: (x) => {
    if (x >= 2) return 0;
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
  },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** A fixed linear map along one axis, given by the weights of each new position. */
export function resampleAxis(
  x: Node,
  axis: number,
  size: number,
  weightsOf: (position: number) => readonly number[],
): Node {
  const extent = x.shape[axis];
  const matrix = new Float64Array(claimed(extent * size).length);
  for (let position = 0; position < size; position++)
    weightsOf(position).forEach((weight, j) => (matrix[j * size + position] = weight));
  const last = x.shape.map((_, a) => a).filter((a) => a !== axis);
  const back = x.shape.map((_, a) => (a === axis ? last.length : last.indexOf(a)));
  return transpose(dense(transpose(x, [...last, axis]), x.graph.constant(matrix, [extent, size])), back);
}

/** A fixed linear map along each spatial axis, given by the weights of each new position. */
function alongSpatial(
  x: Node,
  sizes: readonly number[],
  order: ChannelOrder,
  weightsOf: (extent: number, size: number) => (position: number) => readonly number[],
): Node {
  const mapped = sizes.reduce(
    (y, size, i) => {
      const extent = y.shape[i + 2];
      return extent === size ? y : resampleAxis(y, i + 2, size, weightsOf(extent, size));
    },
    toChannelsFirst(x, order),
  );
  return fromChannelsFirst(mapped, order);
}
