import type { Node } from '../../../../autodiff/graph';
import {
  maxPool,
  minimum,
  mul,
  pad,
  reduceMean,
  relu,
  reshape,
  sigmoid,
  slice,
} from '../../../../autodiff/operations';
import { sizeOf } from '../../../../core/size-of';
import { averagePool } from '../../../../network/pooling';
import { adaptiveAveragePool } from '../../../../network/resampling';
import { ceilingPadding } from '../../onnx/operators/windows';
import type { ConvSettings, Walk } from './walk';

/** A function of one tensor, without weights. */
export type Activation = (x: Node) => Node;

export interface PoolSettings {
  readonly stride?: number;
  readonly padding?: number;
  /** Whether a last, incomplete window counts too. */
  readonly ceiling?: boolean;
}

/** The maximum over square windows of [N, C, H, W], as `torch.nn.MaxPool2d`. */
export function maximumPool(
  x: Node,
  window: number,
  { stride = window, padding = 0, ceiling = false }: PoolSettings = {},
): Node {
  const [extents, strides, dilations] = [window, stride, 1].map((value) => [value, value]);
  const around = [0, 1].map(() => [padding, padding] as const);
  const more = ceiling
    ? ceilingPadding(x.shape.slice(2), { extents, strides, dilations, padding: around })
    : [0, 0];
  return maxPool(x, {
    window: extents,
    strides,
    padding: more.map((count) => [padding, padding + count] as const),
  });
}

/** The mean over square windows of [N, C, H, W], the zeros around it counted, as `torch.nn.AvgPool2d`. */
export function meanPool(x: Node, window: number, { stride = window, padding = 0 }: PoolSettings = {}): Node {
  const beside = [0, 0, padding, padding];
  return averagePool(pad(x, beside, beside), {
    window: [window, window],
    strides: [stride, stride],
    padding: 'valid',
    order: 'first',
  });
}

/** The mean over all positions: [N, C]. */
export const globalMean = (x: Node): Node => reduceMean(x, [2, 3]);

/** The mean over `size` x `size` nearly equal windows, as `torch.nn.AdaptiveAvgPool2d`. */
export function adaptiveMean(x: Node, size: number): Node {
  if (size === 1) return reshape(globalMean(x), [...x.shape.slice(0, 2), 1, 1]);
  return adaptiveAveragePool(x, [size, size], 'first');
}

/** [N, ...] as [N, numbers]. */
export const flatten = (x: Node): Node => reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]);

/** max(0, min(x, 6)). */
export const relu6: Activation = (x) => minimum(relu(x), 6);

/** Every second position of both spatial axes. */
export const everySecond = (x: Node): Node =>
  slice(
    x,
    x.shape.map(() => 0),
    x.shape,
    [1, 1, 2, 2],
  );

export interface ConvNormSettings extends ConvSettings {
  readonly epsilon?: number;
  readonly activation?: Activation | undefined;
  /** What the two modules are called inside; '0' and '1' as in a `Sequential`. */
  readonly names?: readonly [conv: string, norm: string];
}

/** A convolution, its batch norm and what follows. */
export function convNorm(
  walk: Walk,
  x: Node,
  name: string,
  { epsilon, activation, names: [first, second] = ['0', '1'], ...settings }: ConvNormSettings = {},
): Node {
  const inner = name === '' ? walk : walk.at(name);
  const y = inner.batchNorm(inner.conv(x, first, settings), second, epsilon);
  return activation ? activation(y) : y;
}

/** x times a factor for each channel, made of the channels' means by two layers (Hu et al. 2018). */
export function squeezeExcite(
  walk: Walk,
  x: Node,
  between: Activation = relu,
  gate: Activation = sigmoid,
): Node {
  const squeezed = between(walk.conv(adaptiveMean(x, 1), 'fc1'));
  return mul(x, gate(walk.conv(squeezed, 'fc2')));
}
