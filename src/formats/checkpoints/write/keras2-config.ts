import { UserError } from '../../../core/errors';
import type {
  CallArgument,
  KerasCheckpoint,
  LayerCall,
  LayerDescription,
  ModelDescription,
} from '../keras/description';
import { record } from '../keras/serialized';
import { keras3Settings } from './keras3-settings';

type Json = Record<string, unknown>;

/**
 * A model of Keras 2 or TensorFlow.js as Keras 3 serializes it. Initializers are left out: they have done their work.
 * @throws UserError that says what Keras 3 cannot take.
 */
export function convertedModel({ model }: Pick<KerasCheckpoint, 'model'>): Json {
  return convertModel(model, true);
}

const cannot = (what: string) =>
  new UserError(`${what}, so the model cannot be saved as .keras from here: save it as .safetensors.`);

function convertModel(model: ModelDescription, trainable: boolean): Json {
  const config = model.kind === 'Sequential' ? sequentialConfig(model) : functionalConfig(model);
  return {
    module: model.kind === 'Sequential' ? 'keras' : 'keras.src.models.functional',
    class_name: model.kind,
    config: { name: model.name, trainable, ...config },
    registered_name: model.kind === 'Sequential' ? null : 'Functional',
  };
}

function sequentialConfig({ layers }: ModelDescription): Json {
  const [first] = layers;
  const shape = first.config.batch_input_shape ?? first.config.batch_shape;
  const input =
    first.className !== 'InputLayer' && Array.isArray(shape)
      ? [inputLayer(`${first.name}_input`, shape, first)]
      : [];
  return { layers: [...input, ...layers.map((layer) => convertLayer(layer))] };
}

function inputLayer(name: string, shape: readonly unknown[], { className }: LayerDescription): Json {
  const dtype = className === 'Embedding' ? 'int32' : 'float32';
  return {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { batch_shape: shape, dtype, name },
    registered_name: null,
  };
}

function functionalConfig({ layers, inputs, outputs }: ModelDescription): Json {
  // The call that a nested model is born with is counted in these references only.
  const born = new Set(layers.filter(({ model }) => model?.kind === 'Functional').map(({ name }) => name));
  return {
    layers: layers.map((layer) => ({
      ...convertLayer(layer),
      name: layer.name,
      inbound_nodes: layer.className === 'InputLayer' ? [] : layer.calls.map((call) => node(layer, call)),
    })),
    input_layers: alone(inputs.map(({ layer, call, output }) => [layer, call, output])),
    output_layers: alone(
      outputs.map(({ layer, call, output }) => [layer, born.has(layer) ? call + 1 : call, output]),
    ),
  };
}

const RECURRENT = /^(SimpleRNN|LSTM|GRU|RNN|Bidirectional)$/;

function node(layer: LayerDescription, call: LayerCall): Json {
  const keywords = Object.entries(call.keywords)
    .filter(([, value]) => value.kind !== 'value' || value.value !== null)
    .map(([name, value]): [string, unknown] => [name, argument(value)]);
  const [first] = call.arguments;
  // Older recurrent layers take their first states in one list with the sequence.
  if (RECURRENT.test(layer.className) && first?.kind === 'list') {
    const [sequence, ...states] = first.items.map(argument);
    return { args: [sequence], kwargs: { ...Object.fromEntries(keywords), initial_state: states } };
  }
  return { args: call.arguments.map(argument), kwargs: Object.fromEntries(keywords) };
}

function argument(value: CallArgument): unknown {
  if (value.kind === 'list') return value.items.map(argument);
  if (value.kind === 'value') return value.value;
  const { layer, call, output } = value.tensor;
  // Keras takes shape and type from the layer that is named.
  return {
    class_name: '__keras_tensor__',
    config: { shape: [null], dtype: 'float32', keras_history: [layer, call, output] },
  };
}

function convertLayer(layer: LayerDescription): Json {
  if (layer.model) return convertModel(layer.model, layer.config.trainable !== false);
  const known = keras3Settings(layer.className);
  if (!known) throw cannot(`Keras 3 cannot take layer ${layer.name} (${layer.className}) from an older file`);
  return {
    module: 'keras.layers',
    class_name: layer.className,
    config: settings(layer, known),
    registered_name: null,
  };
}

function settings(layer: LayerDescription, known: ReadonlySet<string>): Json {
  const { className, name, config } = layer;
  const kept: Json = { name };
  if (className !== 'InputLayer') kept.trainable = config.trainable !== false;
  const dtype = policyOf(config.dtype);
  if (dtype !== undefined) kept.dtype = dtype;
  for (const [key, value] of Object.entries(config)) {
    const isPenalty = /_(regularizer|constraint)$/.test(key) && value !== null;
    if (known.has(key)) kept[key] = value;
    else if (isPenalty)
      kept[key] = inModule(value, key.endsWith('r') ? 'keras.regularizers' : 'keras.constraints');
  }
  checkMeaning(layer, kept);
  if (className === 'InputLayer') kept.batch_shape = config.batch_shape ?? config.batch_input_shape;
  if (className === 'LeakyReLU') kept.negative_slope = config.negative_slope ?? config.alpha ?? 0.3;
  if (className === 'BatchNormalization') kept.axis = alone(config.axis ?? -1);
  if (className === 'GRU' || className === 'GRUCell') kept.reset_after = isReset(layer);
  for (const [key, value] of Object.entries(kept)) {
    if (key === 'layer' || key === 'backward_layer' || key === 'cell')
      kept[key] = convertChild(layer, key, value);
    if (key === 'cells' && Array.isArray(value))
      kept[key] = value.map((_, index) => convertLayer(layer.children[`cells/${index}`]));
  }
  return kept;
}

/** Refuses what Keras 3 computes otherwise from the same words. */
function checkMeaning({ className, name, config }: LayerDescription, kept: Readonly<Json>): void {
  for (const key of ['activation', 'recurrent_activation']) {
    const { [key]: value } = kept;
    if (typeof value === 'string' && /^hard_?sigmoid$/i.test(value))
      throw cannot(`Keras 3 has another hard sigmoid than layer ${name}`);
    if (typeof value === 'object' && value !== null)
      throw cannot(
        `The activation of layer ${name} is an object that Keras 3 cannot take from an older file`,
      );
  }
  if (config.mask_zero === true) throw cannot(`Keras 3 passes the mask of layer ${name} on by other rules`);
  if (config.time_major === true) throw cannot(`Keras 3 has no time-major layers like ${name}`);
  if (className === 'BatchNormalization' && Array.isArray(config.axis) && config.axis.length > 1)
    throw cannot(`Keras 3 normalizes along one axis only, unlike layer ${name}`);
}

/** A layer inside a wrapper; Bidirectional's forward one has a key of its own among the children. */
function convertChild(layer: LayerDescription, key: string, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const child =
    layer.children[layer.className === 'Bidirectional' && key === 'layer' ? 'forward_layer' : key];
  return child ? convertLayer(child) : value;
}

/** Whether a GRU applies its reset gate after the product: its bias then has two rows. Keras 3's default is not TensorFlow.js'. */
function isReset(layer: LayerDescription): boolean {
  const { reset_after: stored } = layer.config;
  if (typeof stored === 'boolean') return stored;
  const bias = (layer.children.cell ?? layer).variables.find(({ name }) => name === 'bias');
  return bias ? bias.shape.length === 2 : false;
}

const alone = (value: unknown) =>
  Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;

function inModule(value: unknown, module: string): unknown {
  return typeof value === 'object' && value !== null
    ? { module, class_name: record(value).class_name, config: record(value).config, registered_name: null }
    : value;
}

/** A type or policy as Keras 3 names it, from a name or an object. */
function policyOf(dtype: unknown): unknown {
  if (typeof dtype === 'string') return dtype;
  return record(record(dtype).config).name;
}
