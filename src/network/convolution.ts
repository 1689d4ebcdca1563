import type { Node } from '../autodiff/graph';
import { add, conv, convInputGradient, reshape, transpose } from '../autodiff/operations';
import { type ChannelOrder, fromChannelsFirst, toChannelsFirst } from './channels';
import { type PaddingMode, windowPadding } from './windows';

/** One entry a spatial axis. */
export interface ConvolutionOptions {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: PaddingMode;
  readonly order: ChannelOrder;
}

/**
 * Convolution over any number of spatial axes: x [N, spatial..., C] (or [N, C, spatial...]) with a kernel
 * [window..., C / groups, O]; the number of groups follows from the shapes.
 */
export function convolution(
  x: Node,
  kernel: Node,
  bias: Node | undefined,
  { strides, dilations, padding, order }: ConvolutionOptions,
): Node {
  const input = toChannelsFirst(x, order);
  const extents = kernel.shape.slice(0, -2);
  const y = conv(input, outputsFirst(kernel), {
    strides,
    dilations,
    padding: windowPadding(input.shape.slice(2), { extents, strides, dilations }, padding),
    groups: Math.max(1, Math.floor(input.shape[1] / kernel.shape[kernel.shape.length - 2])),
  });
  return fromChannelsFirst(addBias(y, bias), order);
}

/** Every channel with its own filters: kernel [window..., C, M] gives C * M channels, those of one input channel together. */
export function depthwiseConvolution(
  x: Node,
  kernel: Node,
  bias: Node | undefined,
  options: ConvolutionOptions,
): Node {
  const [channels, multiplier] = kernel.shape.slice(-2);
  const window = kernel.shape.slice(0, -2);
  return convolution(x, reshape(kernel, [...window, 1, channels * multiplier]), bias, options);
}

/** Every channel with its own filters, then all channels mixed at each position by a kernel [1..., C * M, O]. */
export function separableConvolution(
  x: Node,
  {
    depthwise,
    pointwise,
    bias,
  }: { readonly depthwise: Node; readonly pointwise: Node; readonly bias: Node | undefined },
  options: ConvolutionOptions,
): Node {
  const ones = options.strides.map(() => 1);
  const spread = depthwiseConvolution(x, depthwise, undefined, options);
  return convolution(spread, pointwise, bias, {
    strides: ones,
    dilations: ones,
    padding: 'valid',
    order: options.order,
  });
}

/** With an output padding, a transposed convolution has that many positions more than it needs. */
export interface TransposedOptions extends ConvolutionOptions {
  readonly outputPadding?: readonly number[];
}

/**
 * Transposed convolution: x [N, spatial..., C] with a kernel [window..., O, C] gives stride * extent positions for `same`
 * and max(window - stride, 0) more for `valid`. With an output padding p it gives stride * (extent - 1) + p positions and
 * those of the window, or window mod 2 for `same`, as TensorFlow and JAX place them (PyTorch cannot).
 */
export function transposedConvolution(
  x: Node,
  kernel: Node,
  bias: Node | undefined,
  { strides, dilations, padding, order, outputPadding }: TransposedOptions,
): Node {
  const input = toChannelsFirst(x, order);
  const extents = kernel.shape.slice(0, -2);
  const spatial = input.shape.slice(2);
  const reaches = extents.map((extent, i) => (extent - 1) * dilations[i] + 1);
  const inputSpatial = spatial.map((extent, i) => {
    const reach = reaches[i];
    if (outputPadding)
      return (extent - 1) * strides[i] + (padding === 'valid' ? reach : reach % 2) + outputPadding[i];
    return extent * strides[i] + (padding === 'valid' ? Math.max(reach - strides[i], 0) : 0);
  });
  const zeros = spatial.map((extent, i): [number, number] => {
    const total = Math.max((extent - 1) * strides[i] + reaches[i] - inputSpatial[i], 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  const y = convInputGradient(input, outputsFirst(kernel), {
    strides,
    dilations,
    padding: zeros,
    groups: 1,
    inputSpatial,
  });
  return fromChannelsFirst(addBias(y, bias), order);
}

/** A kernel [window..., I, O] as the primitives have it: [O, I, window...]. */
function outputsFirst(kernel: Node): Node {
  const rank = kernel.shape.length;
  return transpose(kernel, [rank - 1, rank - 2, ...kernel.shape.slice(2).map((_, axis) => axis)]);
}

function addBias(y: Node, bias: Node | undefined): Node {
  return bias ? add(y, reshape(bias, [bias.shape[0], ...y.shape.slice(2).map(() => 1)])) : y;
}
