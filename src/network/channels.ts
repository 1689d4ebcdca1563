import type { Node } from '../autodiff/graph';
import { transpose } from '../autodiff/operations';

/** Where the channel axis of [N, ...] stands: behind the spatial axes (Keras' default) or before them. */
export type ChannelOrder = 'last' | 'first';

/** x as [N, C, spatial...], the order of the primitives. The transposes of neighbouring layers cancel. */
export function toChannelsFirst(x: Node, order: ChannelOrder): Node {
  if (order === 'first') return x;
  const last = x.shape.length - 1;
  return transpose(x, [0, last, ...spatialAxes(x.shape.length, 'last')]);
}

/** [N, C, spatial...] back in the given order. */
export function fromChannelsFirst(y: Node, order: ChannelOrder): Node {
  return order === 'first' ? y : transpose(y, [0, ...spatialAxes(y.shape.length, 'first'), 1]);
}

/** The spatial axes of a tensor of this rank. */
export function spatialAxes(rank: number, order: ChannelOrder): number[] {
  return Array.from({ length: rank - 2 }, (_, i) => i + (order === 'first' ? 2 : 1));
}
