import { type Part, inKerasOrder } from './blueprint';

type Json = Record<string, unknown>;

/** The `config.json` of a network, as Keras 3 writes one: Sequential where each layer follows from the one before. */
export function modelConfig(output: Part, name: string, compiled: unknown): Json {
  const parts = inKerasOrder(output);
  const isChain = parts.every(
    ({ inputs }, i) => i === 0 || (inputs.length === 1 && inputs[0] === parts[i - 1]),
  );
  const config = isChain ? { layers: parts.map(layer) } : graph(parts, output);
  return {
    module: isChain ? 'keras' : 'keras.src.models.functional',
    class_name: isChain ? 'Sequential' : 'Functional',
    config: { name, trainable: true, ...config },
    registered_name: isChain ? null : 'Functional',
    build_config: { input_shape: [null, ...parts[0].shape] },
    compile_config: compiled,
  };
}

function graph(parts: readonly Part[], output: Part): Json {
  return {
    layers: parts.map((each) => ({
      ...layer(each),
      name: each.name,
      inbound_nodes: each.inputs.length === 0 ? [] : [{ args: argumentsOf(each), kwargs: {} }],
    })),
    input_layers: [parts[0].name, 0, 0],
    output_layers: [output.name, 0, 0],
  };
}

function argumentsOf({ inputs, call }: Part): unknown[] {
  const tensors = inputs.map(tensor);
  return call === 'arguments' || tensors.length === 1 ? tensors : [tensors];
}

function tensor({ name, shape, config }: Part): Json {
  const dtype = typeof config.dtype === 'string' ? config.dtype : 'float32';
  return {
    class_name: '__keras_tensor__',
    config: { shape: [null, ...shape], dtype, keras_history: [name, 0, 0] },
  };
}

function layer({ className, name, config }: Part): Json {
  const common = className === 'InputLayer' ? { name } : { name, trainable: true, dtype: POLICY };
  return {
    module: 'keras.layers',
    class_name: className,
    config: { ...common, ...config },
    registered_name: null,
  };
}

const POLICY = {
  module: 'keras',
  class_name: 'DTypePolicy',
  config: { name: 'float32' },
  registered_name: null,
};
