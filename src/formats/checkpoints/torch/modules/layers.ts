import type { Node } from '../../../../autodiff/graph';
import {
  maxPool,
  maximum,
  minimum,
  pad,
  relu,
  reshape,
  sigmoid,
  softplus,
  tanh,
} from '../../../../autodiff/operations';
import { sizeOf } from '../../../../core/size-of';
import {
  celu,
  elu,
  gelu,
  hardSigmoid,
  hardSilu,
  leakyRelu,
  logSigmoid,
  mish,
  selu,
  silu,
  softsign,
} from '../../../../network/activations';
import { groupNorm } from '../../../../network/normalization';
import { averagePool } from '../../../../network/pooling';
import { adaptiveAveragePool } from '../../../../network/resampling';
import { logSoftmax, softmax } from '../../../../network/softmax';
import { ceilingPadding } from '../../onnx/operators/windows';
import { relu6 } from '../recipes/images';
import { Misfit } from '../recipes/tensors';
import type { Walk } from '../recipes/walk';
import type { Settings } from './settings';

/** One of PyTorch's modules, at a place of a walk. */
interface Place {
  readonly x: Node;
  readonly walk: Walk;
  /** Of the module, in the walk. */
  readonly name: string;
  readonly settings: Settings;
}

export type ModuleLayer = (place: Place) => Node;

const plain =
  (apply: (x: Node) => Node): ModuleLayer =>
  ({ x }) =>
    apply(x);

/** How many axes of positions [N, C, ...] has; a convolution or pool of another number is none of these. */
function positions({ x, name }: Place, axes: number): readonly number[] {
  if (x.shape.length !== axes + 2)
    throw new Misfit(
      `its module "${name}" takes ${axes} axes of positions and is given ${x.shape.length - 2}`,
    );
  return x.shape.slice(2);
}

const convolution =
  (axes: number): ModuleLayer =>
  (place) => {
    const { x, walk, name, settings } = place;
    positions(place, axes);
    settings.only('padding_mode', 'zeros');
    const dilation = settings.along('dilation', axes);
    const padding = settings.get('padding');
    const same = settings.along('kernel_size', axes).map((extent, i) => ((extent - 1) * dilation[i]) / 2);
    if (padding === 'same' && !same.every(Number.isInteger)) settings.only('padding', 'valid');
    return walk.conv(x, name, {
      stride: settings.along('stride', axes),
      dilation,
      padding:
        padding === 'same' ? same : padding === 'valid' ? same.map(() => 0) : settings.along('padding', axes),
    });
  };

function windowOf(settings: Settings, axes: number) {
  const window = settings.along('kernel_size', axes);
  const strides = settings.get('stride') === null ? window : settings.along('stride', axes, window);
  const around = settings.along('padding', axes, new Array<number>(axes).fill(0));
  return { window, strides, padding: around.map((zeros) => [zeros, zeros] as const) };
}

const maximumOver =
  (axes: number): ModuleLayer =>
  (place) => {
    const { x, settings } = place;
    const spatial = positions(place, axes);
    const ones = spatial.map(() => 1);
    if (settings.along('dilation', axes, ones).some((each) => each !== 1)) settings.only('dilation', 1);
    settings.only('return_indices', false);
    const { window, strides, padding } = windowOf(settings, axes);
    const more = settings.flag('ceil_mode', false)
      ? ceilingPadding(spatial, { extents: window, strides, dilations: ones, padding })
      : ones.map(() => 0);
    return maxPool(x, {
      window,
      strides,
      padding: padding.map(([before, after], i) => [before, after + more[i]] as const),
    });
  };

const meanOver =
  (axes: number): ModuleLayer =>
  (place) => {
    const { x, settings } = place;
    positions(place, axes);
    settings.only('ceil_mode', false);
    settings.only('divisor_override', null);
    const { window, strides, padding } = windowOf(settings, axes);
    const counts = settings.flag('count_include_pad', true);
    const beside = [0, 0, ...padding.map(([zeros]) => zeros)];
    return averagePool(counts ? pad(x, beside, beside) : x, {
      window,
      strides,
      padding: counts ? 'valid' : padding,
      order: 'first',
    });
  };

const adaptiveMeanOver =
  (axes: number): ModuleLayer =>
  (place) => {
    const spatial = positions(place, axes);
    const wanted = place.settings.get('output_size');
    const sizes = wanted === null ? spatial : place.settings.along('output_size', axes);
    return adaptiveAveragePool(place.x, sizes, 'first');
  };

/** Axes from one to another as one. */
const flatten: ModuleLayer = ({ x, settings }) => {
  const rank = x.shape.length;
  const first = settings.number('start_dim', 1);
  const last = (settings.number('end_dim', -1) + rank) % rank;
  if (first < 1) settings.only('start_dim', 1);
  if (last < first) return x;
  return reshape(x, [
    ...x.shape.slice(0, first),
    sizeOf(x.shape.slice(first, last + 1)),
    ...x.shape.slice(last + 1),
  ]);
};

/** An axis that is said: without one PyTorch guesses, and warns. */
const axisOf = ({ x, settings }: Place): number => {
  const axis = settings.number('dim');
  return axis < 0 ? axis + x.shape.length : axis;
};

const norm: ModuleLayer = ({ x, walk, name, settings }) =>
  walk.batchNorm(x, name, settings.number('eps', 1e-5));

/** PyTorch's modules by the last part of their class's name. */
const LAYERS: ReadonlyMap<string, ModuleLayer> = new Map<string, ModuleLayer>([
  ['Linear', ({ x, walk, name }) => walk.linear(x, name)],
  ['Conv1d', convolution(1)],
  ['Conv2d', convolution(2)],
  ['Conv3d', convolution(3)],
  ['BatchNorm1d', norm],
  ['BatchNorm2d', norm],
  ['BatchNorm3d', norm],
  ['LayerNorm', ({ x, walk, name, settings }) => walk.layerNorm(x, name, settings.number('eps', 1e-5))],
  [
    'GroupNorm',
    ({ x, walk, name, settings }) => {
      const inner = walk.at(name);
      const gamma = inner.vector('weight', 'norm', x.shape[1]);
      const beta = inner.vector('bias', 'norm', x.shape[1]);
      const sizes = { axis: 1, groups: settings.number('num_groups'), epsilon: settings.number('eps', 1e-5) };
      return inner.done(
        'GroupNorm',
        groupNorm(x, sizes, { ...(gamma ? { gamma } : {}), ...(beta ? { beta } : {}) }),
      );
    },
  ],
  ['MaxPool1d', maximumOver(1)],
  ['MaxPool2d', maximumOver(2)],
  ['MaxPool3d', maximumOver(3)],
  ['AvgPool1d', meanOver(1)],
  ['AvgPool2d', meanOver(2)],
  ['AvgPool3d', meanOver(3)],
  ['AdaptiveAvgPool1d', adaptiveMeanOver(1)],
  ['AdaptiveAvgPool2d', adaptiveMeanOver(2)],
  ['AdaptiveAvgPool3d', adaptiveMeanOver(3)],
  ['Flatten', flatten],
  ...['Identity', 'Dropout', 'Dropout1d', 'Dropout2d', 'Dropout3d', 'AlphaDropout'].map(
    (name) => [name, plain((x) => x)] as const,
  ),
  ['ReLU', plain(relu)],
  ['ReLU6', plain(relu6)],
  ['Sigmoid', plain(sigmoid)],
  ['Tanh', plain(tanh)],
  ['SiLU', plain(silu)],
  ['Mish', plain(mish)],
  ['SELU', plain(selu)],
  ['Softsign', plain(softsign)],
  ['LogSigmoid', plain(logSigmoid)],
  ['Hardswish', plain(hardSilu)],
  ['Hardsigmoid', plain((x) => hardSigmoid(x, 1 / 6))],
  [
    'Hardtanh',
    ({ x, settings }) => minimum(maximum(x, settings.number('min_val', -1)), settings.number('max_val', 1)),
  ],
  [
    'Softplus',
    ({ x, settings }) => {
      settings.only('beta', 1);
      return softplus(x);
    },
  ],
  ['GELU', ({ x, settings }) => gelu(x, settings.text('approximate', 'none') === 'tanh')],
  ['ELU', ({ x, settings }) => elu(x, settings.number('alpha', 1))],
  ['CELU', ({ x, settings }) => celu(x, settings.number('alpha', 1))],
  ['LeakyReLU', ({ x, settings }) => leakyRelu(x, settings.number('negative_slope', 0.01))],
  ['Softmax', (place) => softmax(place.x, axisOf(place))],
  ['LogSoftmax', (place) => logSoftmax(place.x, axisOf(place))],
]);

const OF_TORCH = /^torch\.nn\.modules\.\w+\.(\w+)$/;

/** What a class of PyTorch's modules computes; undefined for anybody else's, or one that is not read. */
export function moduleLayer(className: string): ModuleLayer | undefined {
  const name = OF_TORCH.exec(className)?.[1];
  return name === undefined ? undefined : LAYERS.get(name);
}

/** A chain of modules, whose class is no subclass: it has no code of its own. */
export const isSequential = (className: string): boolean =>
  className === 'torch.nn.modules.container.Sequential';
