import { ownClassName } from '../../../network/class-origin';
import { UserError } from '../../../core/errors';
import { childrenOf } from './children';
import { readWiring } from './calls';
import type { LayerDescription, ModelDescription } from './description';
import { checkSettings } from './class-settings';
import { functionalConfig, parseWith, record, serializedObject, type SerializedObject } from './serialized';

/**
 * Reads a model's structure from its configuration: layers, calls, nested models, wrapped layers and cells; every
 * `variables` is still empty.
 * @param file what the configuration was read from, for messages.
 * @param version Keras' own, which says what a frozen model does to the layers inside it.
 * @throws UserError for a damaged configuration or a model that exists as Python code only.
 */
export function readStructure(value: unknown, file: string, version?: string): ModelDescription {
  const model = parseWith(serializedObject, value, file);
  const freezesWithin = !(version ?? '').startsWith('3');
  const described = readModel(model, { file, freezesWithin }, true);
  if (described) return described;
  throw new UserError(
    `${file} holds a model of class ${model.class_name}, whose computation exists as Python code only: build it as a Sequential or Functional model and save it again.`,
  );
}

/** What the configuration was read from, for messages, and how it means what it says. */
interface Source {
  readonly file: string;
  /**
   * Does nothing train inside what is frozen? So in Keras 2 and TensorFlow.js. Keras 3 asks every layer by itself:
   * freezing a model freezes its layers, but one that is made trainable again is trained.
   */
  readonly freezesWithin: boolean;
}

function readModel(
  model: SerializedObject,
  source: Source,
  trainable: boolean,
): ModelDescription | undefined {
  const { class_name: className, config } = model;
  // Keras before 2.2 wrote the list of layers itself.
  if (Array.isArray(config))
    return className === 'Sequential' ? readSequential(config, className, source, trainable) : undefined;
  if (!Array.isArray(config.layers)) return undefined;
  const name = typeof config.name === 'string' ? config.name : className;
  const ownClass = ownClassName(model);
  const whose = (described: ModelDescription) => (ownClass ? { ...described, ownClass } : described);
  if ('input_layers' in config && 'output_layers' in config)
    return whose(readFunctional(config, name, source, trainable));
  return className === 'Sequential'
    ? whose(readSequential(config.layers, name, source, trainable))
    : undefined;
}

function readSequential(
  layers: unknown[],
  name: string,
  source: Source,
  trainable: boolean,
): ModelDescription {
  const read = layers.map((layer) =>
    readLayer(parseWith(serializedObject, layer, source.file), source, trainable),
  );
  checkNames(read, source.file);
  if (read.length === 0) throw new UserError(`${source.file} holds a Sequential model without layers.`);
  const last = read[read.length - 1];
  return {
    kind: 'Sequential',
    name,
    layers: read,
    inputs: [{ layer: read[0].name, call: 0, output: 0 }],
    outputs: [{ layer: last.name, call: 0, output: 0 }],
  };
}

function readFunctional(config: unknown, name: string, source: Source, trainable: boolean): ModelDescription {
  const functional = parseWith(functionalConfig, config, source.file);
  const layers = functional.layers.map((layer) => readLayer(layer, source, trainable));
  checkNames(layers, source.file);
  const names = layers.map((layer) => layer.name);
  // A Sequential model that starts with an input layer is one of Keras 2's Functional models, as far as its calls go.
  const isNested = layers.map(
    ({ model }) => model?.kind === 'Functional' || model?.layers[0].className === 'InputLayer',
  );
  const { calls, inputs, outputs } = readWiring(
    { layers: functional.layers, names, isNested },
    functional,
    source.file,
  );
  return {
    kind: 'Functional',
    name,
    layers: layers.map((layer, i) => ({ ...layer, calls: calls[i] })),
    inputs,
    outputs,
  };
}

function readLayer(serialized: SerializedObject, source: Source, parentTrainable: boolean): LayerDescription {
  const config = record(serialized.config);
  const className = classNameOf(serialized);
  const name = serialized.name ?? (typeof config.name === 'string' ? config.name : className);
  if (serialized.module === undefined) checkSettings(className, name, config, source.file);
  const trainable = config.trainable !== false && (parentTrainable || !source.freezesWithin);
  const model = readModel(serialized, source, trainable);
  const children = Object.entries(childrenOf(className, config, name)).map(([key, child]) => {
    return [key, readLayer(parseWith(serializedObject, child, source.file), source, trainable)] as const;
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
function classNameOf(serialized: SerializedObject): string {
  const { class_name: className, module } = serialized;
  if (module && /^keras(\.src)?\.ops\b/.test(module)) return `ops.${className}`;
  return ownClassName(serialized) ?? className;
}

function checkNames(layers: readonly LayerDescription[], file: string): void {
  const seen = new Set<string>();
  for (const { name } of layers) {
    if (seen.has(name)) throw new UserError(`${file} is damaged: its model has two layers named ${name}.`);
    seen.add(name);
  }
}
