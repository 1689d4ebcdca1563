import type { ModelTensor } from '../network/model';
import { sizeOf } from '../core/size-of';

/**
 * Where the channels of a layer lie in a tensor: seen as [blocks, channels, inner], row-major, the middle axis counts them.
 * So the channel of an entry is floor(entry / inner) mod channels.
 */
export interface ChannelAxis {
  readonly channels: number;
  readonly inner: number;
}

export const channelOf = ({ channels, inner }: ChannelAxis, entry: number): number =>
  Math.floor(entry / inner) % channels;

/** The channels that a tensor makes: its filters, or the last axis where it has none (a vector, an embedding). */
export function outputChannels({ role, shape, filterAxis }: ModelTensor): ChannelAxis {
  const axis = (role === 'kernel' ? filterAxis : undefined) ?? shape.length - 1;
  return { channels: shape[axis], inner: sizeOf(shape.slice(axis + 1)) };
}

/**
 * Where a kernel may take so many channels: its input axis runs through them, or, after flattening, through channels and
 * positions, of which either may be the inner one. The inner channels come first. None where it cannot take them, one where
 * there are no positions.
 */
export function inputChannels({ shape, filterAxis }: ModelTensor, channels: number): readonly ChannelAxis[] {
  if (filterAxis === undefined) return [];
  const axis = filterAxis > 0 ? filterAxis - 1 : 1;
  const extent = shape[axis] ?? 0;
  if (extent === 0 || extent % channels !== 0) return [];
  const inner = sizeOf(shape.slice(axis + 1));
  const innermost = { channels, inner };
  return extent === channels ? [innermost] : [innermost, { channels, inner: (extent / channels) * inner }];
}

/**
 * Puts channel `order[c]` of a tensor in the place of channel c, in place. An order of several times as many is that of
 * what shares these channels, so many each, which stays together: they go with it.
 */
export function permuteChannels(
  values: Float64Array,
  { channels, inner }: ChannelAxis,
  order: ArrayLike<number>,
): void {
  const block = channels * inner;
  const before = new Float64Array(block);
  const sharing = order.length / channels;
  for (let from = 0; from < values.length; from += block) {
    before.set(values.subarray(from, from + block));
    for (let c = 0; c < channels; c++) {
      const source = Math.floor(order[c * sharing] / sharing);
      values.set(before.subarray(source * inner, (source + 1) * inner), from + c * inner);
    }
  }
}
