import type { Node } from '../../../../autodiff/graph';
import {
  broadcast,
  exp,
  greater,
  mul,
  select,
  sigmoid,
  softplus,
  tanh,
} from '../../../../autodiff/operations';
import * as activations from '../../../../network/activations';
import { jointSoftmax, logSoftmax, softmax } from '../../../../network/softmax';
import { ownClassName } from '../../../../network/class-origin';
import { UserError } from '../../../../core/errors';
import { type LayerConfig, layerConfig } from './config';
import { type LayerRow, row, shaped } from './row';

type Activation = (x: Node) => Node;

/** Keras' activations by name; those that differ between its versions are in {@link activationOf}. */
const named: Readonly<Record<string, Activation>> = {
  linear: (x) => x,
  relu: (x) => activations.rectify(x),
  relu6: (x) => activations.rectify(x, { ceiling: 6 }),
  leaky_relu: (x) => activations.leakyRelu(x, 0.2),
  elu: (x) => activations.elu(x),
  selu: activations.selu,
  celu: (x) => activations.celu(x),
  gelu: (x) => activations.gelu(x),
  // TensorFlow.js has the tanh form under a name of its own.
  gelu_new: (x) => activations.gelu(x, true),
  silu: activations.silu,
  swish: activations.silu,
  mish: activations.mish,
  tanh,
  sigmoid,
  softplus,
  softsign: activations.softsign,
  softmax: (x) => softmax(x),
  log_softmax: (x) => logSoftmax(x),
  log_sigmoid: activations.logSigmoid,
  exponential: exp,
  squareplus: (x) => activations.squareplus(x),
  tanh_shrink: activations.tanhShrink,
  hard_tanh: activations.hardTanh,
  hard_silu: activations.hardSilu,
  hard_swish: activations.hardSilu,
  hard_shrink: (x) => activations.hardShrink(x),
  soft_shrink: (x) => activations.softShrink(x),
  sparse_plus: activations.sparsePlus,
  sparse_sigmoid: activations.sparseSigmoid,
  glu: (x) => activations.glu(x),
};

/** Keras' activation layers without weights, by class name. */
const layers: Readonly<Record<string, (config: LayerConfig) => Activation>> = {
  ReLU: (config) => (x) =>
    activations.rectify(x, {
      slope: config.number('negative_slope', 0),
      threshold: config.number('threshold', 0),
      ceiling: typeof config.raw.max_value === 'number' ? config.raw.max_value : undefined,
    }),
  LeakyReLU: (config) => (x) =>
    activations.leakyRelu(x, config.number('negative_slope', config.number('alpha', 0.3))),
  ELU: (config) => (x) => activations.elu(x, config.number('alpha', 1)),
  ThresholdedReLU: (config) => (x) => mul(x, greater(x, config.number('theta', 1))),
};

/** The names of the activations that {@link activationOf} knows. */
export const knownActivations: readonly string[] = [...Object.keys(named), 'hard_sigmoid'].sort();

/** An activation as a layer's settings store it: a name, a layer with settings, or nothing. */
export function activationOf(stored: unknown, legacy: boolean): Activation {
  if (stored === null || stored === undefined) return named.linear;
  if (typeof stored === 'object') {
    const own = ownClassName(stored);
    if (own !== undefined)
      throw new UserError(
        `has the activation ${own}, a class of one's own, which is not supported whatever its name`,
      );
    const { class_name: className, config } = stored as { class_name?: unknown; config?: unknown };
    if (typeof config === 'string') return activationOf(config, legacy);
    if (className === 'Softmax') {
      const axes = layerConfig((config ?? {}) as Record<string, unknown>).axes('axis', -1);
      return (x) => jointSoftmax(x, axes);
    }
    if (typeof className === 'string' && Object.hasOwn(layers, className))
      return layers[className](layerConfig((config ?? {}) as Record<string, unknown>));
    return activationOf(typeof className === 'string' ? className : JSON.stringify(stored), legacy);
  }
  if (stored === 'hard_sigmoid' || stored === 'hardSigmoid')
    return (x) => activations.hardSigmoid(x, legacy ? 1 / 5 : 1 / 6);
  const name = typeof stored === 'string' ? stored : JSON.stringify(stored);
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (name === 'sparsemax')
    throw new UserError(
      'has the activation "sparsemax", which Keras computes wrongly where several classes share the weight (its outputs do not sum to 1), so that it is not supported',
    );
  const found = [name, snake].find((key) => Object.hasOwn(named, key));
  if (found === undefined)
    throw new UserError(
      `has the activation "${name}", which is not supported; supported are ${knownActivations.join(', ')}`,
    );
  return named[found];
}

/** A softmax over one axis or several, of the positions that count; the others become 0. */
const softmaxRow: LayerRow = {
  classNames: ['Softmax'],
  masks: 'kept',
  build({ config }) {
    const axes = config.axes('axis', -1);
    return ({ inputs: [x], masks: [mask] }) => {
      if (!mask) return jointSoftmax(x, axes);
      const wide = broadcast(mask, x.shape);
      return mul(jointSoftmax(select(wide, x, x.graph.fill(-1e9, x.shape)), axes), wide);
    };
  },
};

export const activationRows: readonly LayerRow[] = [
  row('Activation', ({ config, legacy }) => activationOf(config.raw.activation, legacy), 'kept'),
  ...Object.entries(layers).map(([className, build]) =>
    row(className, ({ config }) => build(config), 'kept'),
  ),
  softmaxRow,
  row(
    'PReLU',
    (layer) => {
      const alpha = layer.weight('alpha', 'norm');
      const shared =
        (layer.config.raw.shared_axes ?? null) === null ? [] : layer.config.axes('shared_axes', 1);
      return (x, read) => {
        const shape = x.shape.slice(1).map((extent, axis) => (shared.includes(axis + 1) ? 1 : extent));
        return activations.parametricRelu(x, shaped(read, alpha, shape));
      };
    },
    'kept',
  ),
];
