import { claimed } from '../autodiff/shape';
import type { Node } from '../autodiff/graph';
import { maxPool as maximumPool, mul, reduceMax, reduceMean, reshape, sumPool } from '../autodiff/operations';
import { sizeOf } from '../core/size-of';
import { type ChannelOrder, fromChannelsFirst, spatialAxes, toChannelsFirst } from './channels';
import { type Padding, windowPadding } from './windows';

/** One entry a spatial axis. */
export interface PoolingOptions {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly order: ChannelOrder;
}

/** The maximum over windows of the spatial axes; padding never wins. */
export function maxPool(x: Node, { window, strides, padding, order }: PoolingOptions): Node {
  const input = toChannelsFirst(x, order);
  const pads = windowPadding(input.shape.slice(2), undilated(window, strides), padding);
  return fromChannelsFirst(maximumPool(input, { window, strides, padding: pads }), order);
}

/** The mean over windows of the spatial axes; padding is not counted. */
export function averagePool(x: Node, { window, strides, padding, order }: PoolingOptions): Node {
  const input = toChannelsFirst(x, order);
  const spatial = input.shape.slice(2);
  const pads = windowPadding(spatial, undilated(window, strides), padding);
  const sums = sumPool(input, { window, strides, padding: pads });
  const unpadded = pads.every(([before, after]) => before === 0 && after === 0);
  const share = unpadded
    ? 1 / sizeOf(window)
    : shares(
        sums,
        spatial.map((extent, i) =>
          counts(extent, {
            positions: sums.shape[i + 2],
            window: window[i],
            stride: strides[i],
            before: pads[i][0],
          }),
        ),
      );
  return fromChannelsFirst(mul(sums, share), order);
}

/** The mean over all positions: [N, C], or with axes of extent 1 kept. */
export function globalAveragePool(x: Node, order: ChannelOrder, keep = false): Node {
  return globalPool(x, order, keep, reduceMean);
}

/** The maximum over all positions: [N, C], or with axes of extent 1 kept. */
export function globalMaxPool(x: Node, order: ChannelOrder, keep = false): Node {
  return globalPool(x, order, keep, reduceMax);
}

function globalPool(
  x: Node,
  order: ChannelOrder,
  keep: boolean,
  reduce: (x: Node, axes: readonly number[]) => Node,
): Node {
  const axes = spatialAxes(x.shape.length, order);
  const pooled = reduce(x, axes);
  return keep
    ? reshape(
        pooled,
        x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
      )
    : pooled;
}

const undilated = (extents: readonly number[], strides: readonly number[]) => ({
  extents,
  strides,
  dilations: extents.map(() => 1),
});

/** How many positions of one axis each window covers, padding aside. */
function counts(
  extent: number,
  {
    positions,
    window,
    stride,
    before,
  }: {
    readonly positions: number;
    readonly window: number;
    readonly stride: number;
    readonly before: number;
  },
): number[] {
  return Array.from(claimed(positions), (_, i) => {
    const start = i * stride - before;
    return Math.min(start + window, extent) - Math.max(start, 0);
  });
}

/** 1 / the product of the counts along each axis, as a tensor that broadcasts against [N, C, spatial...]. */
function shares(like: Node, perAxis: readonly (readonly number[])[]): Node {
  const products = perAxis.reduce<number[]>(
    (all, axis) => all.flatMap((outer) => axis.map((inner) => outer * inner)),
    [1],
  );
  const shape = perAxis.map((axis) => axis.length);
  return like.graph.constant(
    Float64Array.from(products, (count) => 1 / count),
    shape,
  );
}
