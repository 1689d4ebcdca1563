import { UserError } from '../../../shared/errors';
import { childrenOf } from './children';
import { readWiring } from './calls';
import type { LayerDescription, ModelDescription } from './description';
import { functionalConfig, parseWith, record, serializedObject, type SerializedObject } from './serialized';

/**
 * Reads a model's structure from its configuration: layers, calls, nested models, wrapped layers and cells; every
 * `variables` is still empty.
 * @param file what the configuration was read from, for messages.
 * @throws UserError for a damaged configuration or a model that exists as Python code only.
 */
export function readStructure(value: unknown, file: string): ModelDescription {
  const model = parseWith(serializedObject, value, file);
  const described = readModel(model, file, true);
  if (described) return described;
  throw new UserError(
    `${file} holds a model of class ${model.class_name}, whose computation exists as Python code only: build it as a Sequential or Functional model and save it again.`,
  );
}

function readModel(model: SerializedObject, file: string, trainable: boolean): ModelDescription | undefined {
  const { class_name: className, config } = model;
  // Keras before 2.2 wrote the list of layers itself.
  if (Array.isArray(config))
    return className === 'Sequential' ? readSequential(config, className, file, trainable) : undefined;
  if (!Array.isArray(config.layers)) return undefined;
  const name = typeof config.name === 'string' ? config.name : className;
  if ('input_layers' in config && 'output_layers' in config)
    return readFunctional(config, name, file, trainable);
  return className === 'Sequential' ? readSequential(config.layers, name, file, trainable) : undefined;
}

function readSequential(layers: unknown[], name: string, file: string, trainable: boolean): ModelDescription {
  const read = layers.map((layer) => readLayer(parseWith(serializedObject, layer, file), file, trainable));
  checkNames(read, file);
  if (read.length === 0) throw new UserError(`${file} holds a Sequential model without layers.`);
  const last = read[read.length - 1];
  return {
    kind: 'Sequential',
    name,
    layers: read,
    inputs: [{ layer: read[0].name, call: 0, output: 0 }],
    outputs: [{ layer: last.name, call: 0, output: 0 }],
  };
}

function readFunctional(config: unknown, name: string, file: string, trainable: boolean): ModelDescription {
  const functional = parseWith(functionalConfig, config, file);
  const layers = functional.layers.map((layer) => readLayer(layer, file, trainable));
  checkNames(layers, file);
  const names = layers.map((layer) => layer.name);
  // A Sequential model that starts with an input layer is one of Keras 2's Functional models, as far as its calls go.
  const isNested = layers.map(
    ({ model }) => model?.kind === 'Functional' || model?.layers[0].className === 'InputLayer',
  );
  const { calls, inputs, outputs } = readWiring(functional.layers, names, isNested, functional, file);
  return {
    kind: 'Functional',
    name,
    layers: layers.map((layer, i) => ({ ...layer, calls: calls[i] })),
    inputs,
    outputs,
  };
}

function readLayer(serialized: SerializedObject, file: string, parentTrainable: boolean): LayerDescription {
  const config = record(serialized.config);
  const className = classNameOf(serialized);
  const name = serialized.name ?? (typeof config.name === 'string' ? config.name : className);
  const trainable = parentTrainable && config.trainable !== false;
  const model = readModel(serialized, file, trainable);
  const children = Object.entries(childrenOf(className, config, name)).map(([key, child]) => {
    return [key, readLayer(parseWith(serializedObject, child, file), file, trainable)] as const;
  });
  return {
    className,
    name,
    config,
    trainable,
    variables: [],
    children: Object.fromEntries(children),
    ...(model && { model }),
    calls: [],
  };
}

/**
 * The class as the tables of layers know it: somebody's own class keeps its package (`Custom>Dense`), so that it is never
 * taken for Keras' layer of that name, and an operation of `keras.ops` inside a Functional model is `ops.Add`, which takes
 * other arguments than the layer `Add`.
 */
function classNameOf({
  class_name: className,
  module,
  registered_name: registered,
}: SerializedObject): string {
  if (module && /^keras(\.src)?\.ops\b/.test(module)) return `ops.${className}`;
  const isOwn = !module || /^(keras|tf_keras|tensorflow\.keras)\b/.test(module);
  return isOwn ? className : (registered ?? `${module}>${className}`);
}

function checkNames(layers: readonly LayerDescription[], file: string): void {
  const seen = new Set<string>();
  for (const { name } of layers) {
    if (seen.has(name)) throw new UserError(`${file} is damaged: its model has two layers named ${name}.`);
    seen.add(name);
  }
}
