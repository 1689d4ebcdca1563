import { record } from './serialized';

/** A layer inside a layer, in the form of a configuration. */
type Child = unknown;

const RECURRENT = /^(SimpleRNN|GRU|LSTM|ConvLSTM\dD)$/;
const ATTENTION = new Set(['MultiHeadAttention', 'GroupQueryAttention']);

/**
 * The layers inside a layer by the attribute they hang on, which is also their place in a `.keras` file: from the
 * configuration where it has them (wrappers, `RNN`), else as Keras makes them.
 */
export function childrenOf(
  className: string,
  config: Readonly<Record<string, unknown>>,
  name: string,
): Record<string, Child> {
  if (className === 'Bidirectional')
    return { forward_layer: config.layer, backward_layer: backward(config, name) };
  if (RECURRENT.test(className))
    return { cell: { class_name: cellClass(className), config: { ...config, name: cellName(className) } } };
  if (ATTENTION.has(className)) return projections(config);
  if (className === 'StackedRNNCells' && Array.isArray(config.cells)) {
    return Object.fromEntries(config.cells.map((cell: unknown, index) => [`cells/${index}`, cell]));
  }
  const children: Record<string, Child> = {};
  for (const key of ['layer', 'cell']) {
    if (typeof record(config[key]).class_name === 'string') children[key] = config[key];
  }
  return children;
}

const cellClass = (className: string) => `${className.replace(/\dD$/, '')}Cell`;

const cellName = (className: string) =>
  className === 'SimpleRNN'
    ? 'simple_rnn_cell'
    : className.startsWith('Conv')
      ? 'conv_lstm_cell'
      : `${className.toLowerCase()}_cell`;

/** Bidirectional runs a copy of its layer the other way unless it was given one. */
function backward(config: Readonly<Record<string, unknown>>, name: string): Child {
  if (config.backward_layer) return config.backward_layer;
  const layer = record(config.layer);
  const inner = record(layer.config);
  const own = typeof inner.name === 'string' ? inner.name : name;
  return {
    ...layer,
    config: {
      ...inner,
      name: own.replace(/^(forward_)?/, 'backward_'),
      go_backwards: inner.go_backwards !== true,
    },
  };
}

function projections(config: Readonly<Record<string, unknown>>): Record<string, Child> {
  const names = {
    query_dense: 'query',
    key_dense: 'key',
    ...(config.use_gate === true && { gate_dense: 'gate' }),
    value_dense: 'value',
    output_dense: 'attention_output',
  };
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [
      key,
      {
        module: 'keras.layers',
        class_name: 'EinsumDense',
        config: {
          name,
          trainable: config.trainable,
          bias_axes: config.use_bias === false ? null : 'projection',
        },
      },
    ]),
  );
}
