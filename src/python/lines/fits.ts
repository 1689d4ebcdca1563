import type { Call, Item } from './expressions';
import type { PythonText } from './python-text';

/** What a checkpoint knows of a layer: the class, and the extents of one of its tensors. */
export interface KnownLayer {
  readonly module: string | undefined;
  readonly parameter: string;
  readonly shape: readonly number[];
}

/** An argument of a constructor that stands in a tensor's shape: its place or its name, the parameter and the axis. */
interface Extent {
  readonly place: number;
  readonly names: readonly string[];
  readonly axes: Readonly<Record<string, number>>;
}

const LAST = -1;
const TORCH_CONVOLUTION: readonly Extent[] = [
  { place: 1, names: ['out_channels'], axes: { weight: 0, bias: 0 } },
];
const TORCH_NORM: readonly Extent[] = [{ place: 0, names: ['num_features'], axes: { weight: 0, bias: 0 } }];
const KERAS_CONVOLUTION: readonly Extent[] = [
  { place: 0, names: ['filters'], axes: { kernel: LAST, bias: LAST } },
];
const LINEAR: readonly Extent[] = [
  { place: 0, names: ['in_features'], axes: { weight: 1 } },
  { place: 1, names: ['out_features'], axes: { weight: 0, bias: 0 } },
];

/** What the tensors of layers with parameters show of their constructors; classes without such a number have an empty list. */
const LAYERS: Readonly<Record<string, readonly Extent[]>> = {
  Linear: LINEAR,
  Conv1d: TORCH_CONVOLUTION,
  Conv2d: TORCH_CONVOLUTION,
  Conv3d: TORCH_CONVOLUTION,
  BatchNorm1d: TORCH_NORM,
  BatchNorm2d: TORCH_NORM,
  BatchNorm3d: TORCH_NORM,
  Dense: [{ place: 0, names: ['units'], axes: { kernel: LAST, bias: LAST } }],
  Conv1D: KERAS_CONVOLUTION,
  Conv2D: KERAS_CONVOLUTION,
  Conv3D: KERAS_CONVOLUTION,
  LSTM: [{ place: 0, names: ['units'], axes: { recurrent_kernel: 0 } }],
  GRU: [{ place: 0, names: ['units'], axes: { recurrent_kernel: 0 } }],
  ...Object.fromEntries(
    [
      [
        'Bilinear',
        'ConvTranspose1d',
        'ConvTranspose2d',
        'ConvTranspose3d',
        'GroupNorm',
        'LayerNorm',
        'RMSNorm',
      ],
      [
        'InstanceNorm1d',
        'InstanceNorm2d',
        'InstanceNorm3d',
        'MultiheadAttention',
        'Embedding',
        'EmbeddingBag',
      ],
      [
        'PReLU',
        'RNN',
        'RNNCell',
        'LSTMCell',
        'GRUCell',
        'Transformer',
        'TransformerEncoder',
        'TransformerDecoder',
      ],
      [
        'BatchNormalization',
        'LayerNormalization',
        'GroupNormalization',
        'Conv2DTranspose',
        'DepthwiseConv2D',
      ],
      ['SeparableConv2D', 'MultiHeadAttention', 'SimpleRNN', 'Bidirectional', 'EinsumDense'],
    ].flatMap((names) => names.map((name) => [name, []])),
  ),
};

/** A class that says what it became, or what it was before: `LazyLinear` is `Linear`, `ParametrizedConv1d` is `Conv1d`. */
const bare = (name: string): string => name.replace(/^(?:Lazy|Parametrized)(?=[A-Z])/, '');

/** Is this a class of layers with parameters? */
export const hasParameters = (name: string): boolean => Object.hasOwn(LAYERS, name);

/**
 * May this call have made this layer? False where it spells another class of layers, or another number of units than the
 * tensor has: the code has been changed since.
 */
export function mayMake(
  file: PythonText,
  call: Call | undefined,
  { module, parameter, shape }: KnownLayer,
): boolean {
  if (call === undefined || module === undefined) return true;
  const name = bare(call.name);
  const isKnown = Object.hasOwn(LAYERS, name);
  if (name !== bare(module)) return !(isKnown && Object.hasOwn(LAYERS, bare(module)));
  if (!isKnown) return true;
  return LAYERS[name].every(({ place, names, axes }) => {
    const axis = Object.hasOwn(axes, parameter) ? axes[parameter] : undefined;
    const given = argumentOf(call.items, place, names);
    if (axis === undefined || given === undefined) return true;
    const number = /^\s*(\d+)\s*$/.exec(file.codeOf(given))?.[1];
    return number === undefined || Number(number) === shape.at(axis);
  });
}

/** The argument at a place, or of one of these names. */
function argumentOf(items: readonly Item[], place: number, names: readonly string[]): Item | undefined {
  const named = items.find(({ key }) => key !== undefined && names.includes(key));
  if (named) return named;
  const before = items.slice(0, place + 1);
  return before.length > place && before.every(({ key, starred }) => key === undefined && !starred)
    ? before[place]
    : undefined;
}
