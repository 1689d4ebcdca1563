import { claimed } from '../autodiff/shape';
import type { Node } from '../autodiff/graph';
import { convInputGradient, reshape, transpose } from '../autodiff/operations';
import { sizeOf } from '../core/size-of';
import { type ChannelOrder, toChannelsFirst } from './channels';
import { type ConvolutionOptions, convolution } from './convolution';
import { padValue } from './padding';

/**
 * The kernel [window..., C, C * window] that copies the numbers under a window into channels, those of a channel together
 * (`channels first`) or those of a position.
 */
function copying({ graph }: Node, window: readonly number[], channels: number, order: ChannelOrder): Node {
  const places = sizeOf(window);
  const count = places * channels;
  const data = new Float64Array(claimed(count * count).length);
  for (let place = 0; place < places; place++)
    for (let channel = 0; channel < channels; channel++) {
      const to = order === 'first' ? channel * places + place : place * channels + channel;
      data[(place * channels + channel) * count + to] = 1;
    }
  return graph.constant(data, [...window, channels, count]);
}

/** The numbers under a window at each of its places, position by position: [N, places..., window * C], or channels first. */
export function extractPatches(x: Node, window: readonly number[], options: ConvolutionOptions): Node {
  const channels = toChannelsFirst(x, options.order).shape[1];
  return convolution(x, copying(x, window, channels, 'last'), undefined, options);
}

/** How windows lie on images [N, C, H, W], with zeros around them. */
export interface SlidingBlocks {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly zeros: readonly number[];
}

/** The blocks under a window, channel by channel: [N, C, H, W] to [N, C * window, places]. */
export function unfold(x: Node, { window, strides, dilations, zeros }: SlidingBlocks): Node {
  const around = [0, 0, ...zeros];
  const options: ConvolutionOptions = { strides, dilations, padding: 'valid', order: 'first' };
  const kernel = copying(x, window, x.shape[1], 'first');
  const y = convolution(padValue(x, around, around, 0), kernel, undefined, options);
  return reshape(y, [...y.shape.slice(0, 2), sizeOf(y.shape.slice(2))]);
}

/** The transpose of {@link unfold}: blocks added where they lie on images of this size. */
export function fold(
  x: Node,
  size: readonly number[],
  { window, strides, dilations, zeros }: SlidingBlocks,
): Node {
  const [rows, width] = x.shape;
  const places = size.map((extent, i) =>
    Math.floor((extent + 2 * zeros[i] - dilations[i] * (window[i] - 1) - 1) / strides[i] + 1),
  );
  const kernel = copying(x, window, width / sizeOf(window), 'first');
  const rank = kernel.shape.length;
  return convInputGradient(
    reshape(x, [rows, width, ...places]),
    transpose(kernel, [rank - 1, rank - 2, ...window.map((_, axis) => axis)]),
    {
      strides,
      dilations,
      padding: zeros.map((count): [number, number] => [count, count]),
      groups: 1,
      inputSpatial: size,
    },
  );
}

/** Blocks of channels to blocks of space (TensorFlow's order of channels where they come last, PyTorch's where first). */
export function depthToSpace(x: Node, block: number, order: ChannelOrder): Node {
  if (order === 'first') {
    const [n, c, h, w] = x.shape;
    const apart = reshape(x, [n, c / block ** 2, block, block, h, w]);
    return reshape(transpose(apart, [0, 1, 4, 2, 5, 3]), [n, c / block ** 2, h * block, w * block]);
  }
  const [n, h, w, c] = x.shape;
  const apart = reshape(x, [n, h, w, block, block, c / block ** 2]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h * block, w * block, c / block ** 2]);
}

/** The inverse of {@link depthToSpace}. */
export function spaceToDepth(x: Node, block: number, order: ChannelOrder): Node {
  if (order === 'first') {
    const [n, c, h, w] = x.shape;
    const apart = reshape(x, [n, c, h / block, block, w / block, block]);
    return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [n, c * block ** 2, h / block, w / block]);
  }
  const [n, h, w, c] = x.shape;
  const apart = reshape(x, [n, h / block, block, w / block, block, c]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h / block, w / block, c * block ** 2]);
}

/** Sobel's slopes down and across [.., 2] of every channel, with zeros around the image. */
export function sobelEdges(x: Node, order: ChannelOrder): Node {
  const input = toChannelsFirst(x, order);
  const [n, c, h, w] = input.shape;
  const across = [-1, 0, 1, -2, 0, 2, -1, 0, 1];
  const down = across.map((_, i) => across[3 * (i % 3) + Math.floor(i / 3)]);
  const kernel = x.graph.constant(
    Float64Array.from(across.flatMap((value, i) => [down[i], value])),
    [3, 3, 1, 2],
  );
  const options: ConvolutionOptions = { strides: [1, 1], dilations: [1, 1], padding: 'same', order: 'first' };
  const edges = reshape(convolution(reshape(input, [n * c, 1, h, w]), kernel, undefined, options), [
    n,
    c,
    2,
    h,
    w,
  ]);
  return transpose(edges, order === 'first' ? [0, 1, 3, 4, 2] : [0, 3, 4, 1, 2]);
}
