import { type Node, Graph } from '../../../autodiff/graph';
import type { Shape } from '../../../autodiff/shape';
import { sizeOf } from '../../../core/size-of';
import { lossNotes } from '../../../network/loss-choice';
import { withMask } from '../../../network/masks';
import type { LayerSummary, Model, ModelInput, ModelTensor } from '../../../network/model';
import { UserError } from '../../../core/errors';
import { type RowShapes, type StoredInput, buildBound } from '../../containers/open-extents';
import type { KerasCheckpoint, LayerDescription, ModelDescription, StoredTensor } from './description';
import { rowOf } from './layers/table';
import { loraRank } from './lora';
import { penaltiesOf } from './penalties';
import { unknownSettings } from './setting-names';
import { type Network, buildNetwork, nestedFunction, referencesOf } from './network';

/**
 * The model of a Keras or TensorFlow.js checkpoint: every layer by its row of the table, tensors named `layer/weight`
 * in Keras' order, open extents from the data's rows. Throws a UserError, written to follow the file's name and a colon, for what is not supported.
 */
export function buildKerasModel(checkpoint: KerasCheckpoint, rows?: RowShapes): Model {
  const inputs = inputsOf(checkpoint.model);
  return buildBound(inputs, rows, (shapes) =>
    buildOn(
      checkpoint,
      inputs.map((input, i) => ({ ...input, shape: shapes[i] })),
    ),
  );
}

function buildOn(checkpoint: KerasCheckpoint, inputs: readonly ModelInput[]): Model {
  const { model } = checkpoint;
  const stored = new Map<StoredTensor, ModelTensor>();
  const network = buildNetwork(model, {
    path: '',
    legacy: !(checkpoint.kerasVersion ?? '').startsWith('3'),
    tensors: stored,
    nested: nestedFunction,
  });
  const tensors = [...stored.values()];
  const { layers, outputShape, masked } = probe(network, inputs, tensors);
  return {
    name: model.name,
    inputs,
    tensors,
    outputShape,
    apply: (_graph, nodes, fed, training) =>
      network
        .run(
          fed.map((node) => ({ node })),
          { read: readFrom(nodes), training },
        )
        .map(({ node, mask }) => withMask(node, mask)),
    layers,
    compiledLoss: checkpoint.compiledLoss,
    layout: layoutOf(model, inputs),
    penalties: penaltiesOf(everyLayer(model), stored),
    notes: [
      ...checkpoint.notes,
      ...notesOf(model),
      ...(checkpoint.format === 'keras' ? [] : ownSettingNotes(model)),
      ...lossNotes(checkpoint.compiledLoss),
      ...(masked ? [MASKED_LOSS] : []),
    ],
  };
}

const MASKED_LOSS =
  "Loss and accuracy skip masked steps: they are means over each row's own steps, every row weighing the same (Keras averages over the steps of a whole batch).";

const readFrom =
  (nodes: ReadonlyMap<string, Node>) =>
  (tensor: ModelTensor): Node => {
    const node = nodes.get(tensor.name);
    if (!node) throw new Error(`no node was given for the tensor ${tensor.name}`);
    return node;
  };

/** Runs the network once on one row of shapes: finds what does not fit before any work is done. */
function probe(
  network: Network,
  inputs: readonly ModelInput[],
  tensors: readonly ModelTensor[],
): { layers: LayerSummary[]; outputShape: Shape; masked: boolean } {
  const graph = new Graph();
  const nodes = new Map<string, Node>();
  for (const { name, shape } of tensors) {
    if (nodes.has(name)) throw new UserError(`two tensors of the model are both named "${name}".`);
    nodes.set(name, graph.input(name, shape));
  }
  const parameters = new Map<string, number>();
  for (const { layer, shape } of tensors) parameters.set(layer, (parameters.get(layer) ?? 0) + sizeOf(shape));
  const layers = new Map<string, LayerSummary>();
  const outputs = network.run(
    inputs.map(({ name, shape, dtype }) => ({ node: graph.input(`input ${name}`, [1, ...shape], dtype) })),
    {
      read: readFrom(nodes),
      visit: (path, className, [output]) => {
        if (layers.has(path)) return;
        layers.set(path, {
          name: path,
          className,
          outputShape: output.shape.slice(1),
          parameters: countOf(parameters, path),
        });
      },
    },
  );
  if (outputs.length !== 1)
    throw new UserError(
      `the model has ${outputs.length} outputs; only models with one output are supported.`,
    );
  return {
    layers: [...layers.values()],
    outputShape: outputs[0].node.shape.slice(1),
    masked: outputs[0].mask !== undefined,
  };
}

/** The parameters of a layer and of the layers that it wraps. */
function countOf(parameters: ReadonlyMap<string, number>, path: string): number {
  return [...parameters]
    .filter(([layer]) => layer === path || layer.startsWith(`${path}/`))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** An input as the file states it, and whether it is read as indices. */
type Input = StoredInput & Pick<ModelInput, 'dtype'>;

function inputsOf(model: ModelDescription): Input[] {
  if (model.kind === 'Sequential') {
    const [first] = model.layers;
    if (!first) throw new UserError('the model has no layers.');
    return [inputOf(first, takesIndices(model, 0))];
  }
  return model.inputs.map((reference, i) => {
    const layer = model.layers.find(({ name }) => name === reference.layer);
    if (!layer) throw new UserError(`the model's input "${reference.layer}" is not among its layers.`);
    const input = inputOf(layer, takesIndices(model, i));
    return reference.key === undefined ? input : { ...input, key: reference.key };
  });
}

function inputOf(layer: LayerDescription, indices: boolean): Input {
  const shape = rowShapeOf(layer);
  if (!shape)
    throw new UserError(
      `the file does not say what shape the input "${layer.name}" has; save the model after it was built or fitted once.`,
    );
  const extents = shape.map((extent) =>
    Number.isInteger(extent) && Number(extent) > 0 ? Number(extent) : null,
  );
  return { name: layer.name, shape: extents, dtype: indices ? 'int32' : 'float' };
}

/** The shape of a row as an input layer, or the first layer of a Sequential model, stores it. */
function rowShapeOf(layer: LayerDescription): unknown[] | undefined {
  const { batch_shape: current, batch_input_shape: older } = layer.config;
  const stored = [current, older].find((value) => Array.isArray(value)) as unknown[] | undefined;
  if (stored) return stored.slice(1);
  if (layer.model) {
    const [first] = layer.model.layers;
    return first && rowShapeOf(first);
  }
  const kernel = layer.variables.find(({ name }) => name === 'kernel');
  return layer.className === 'Dense' && kernel ? [kernel.shape[0]] : undefined;
}

/** Layers that move numbers about and compute nothing: what they are given may still be indices behind them. */
const MOVING = /^(InputLayer|Reshape|Flatten|Permute|RepeatVector)$/;

/** Is this input of the model read as indices, by an embedding say, wrapped or not? */
function takesIndices(model: ModelDescription, input: number): boolean {
  const consumes = (layer: LayerDescription, position: number): boolean => {
    if (layer.model) return takesIndices(layer.model, position);
    const { layer: wrapped } = layer.children as { readonly layer?: LayerDescription };
    return wrapped ? consumes(wrapped, position) : rowOf(layer.className)?.takesIndices === true;
  };
  if (model.kind === 'Sequential') {
    const first = model.layers.find(({ className }) => !MOVING.test(className));
    return first !== undefined && consumes(first, 0);
  }
  const readers = new Map<string, { layer: LayerDescription; position: number }[]>();
  for (const layer of model.layers)
    for (const call of layer.calls)
      referencesOf(call).forEach(({ layer: name }, position) => {
        const known = readers.get(name) ?? [];
        known.push({ layer, position });
        readers.set(name, known);
      });
  // What only moves its numbers is looked behind; each layer once, whatever the file's wiring.
  const behind = [model.inputs[input].layer];
  const seen = new Set(behind);
  for (let name = behind.pop(); name !== undefined; name = behind.pop())
    for (const { layer, position } of readers.get(name) ?? []) {
      if (!MOVING.test(layer.className)) {
        if (consumes(layer, position)) return true;
      } else if (!seen.has(layer.name)) {
        seen.add(layer.name);
        behind.push(layer.name);
      }
    }
  return false;
}

/** All layers, those of nested models and wrapped ones included. */
function everyLayer(model: ModelDescription): LayerDescription[] {
  const within = (layer: LayerDescription): LayerDescription[] => [
    layer,
    ...(layer.model ? everyLayer(layer.model) : []),
    ...Object.values(layer.children).flatMap(within),
  ];
  return model.layers.flatMap(within);
}

function layoutOf(model: ModelDescription, inputs: readonly ModelInput[]): 'NHWC' | 'NCHW' | undefined {
  if (!inputs.some(({ shape }) => shape.length === 3)) return undefined;
  const spatial = everyLayer(model).find(({ className }) => /2D/.test(className));
  if (!spatial) return undefined;
  return spatial.config.data_format === 'channels_first' ? 'NCHW' : 'NHWC';
}

function notesOf(model: ModelDescription): string[] {
  const configs = everyLayer(model).map(({ config }) => config);
  const models = [model, ...everyLayer(model).flatMap((layer) => (layer.model ? [layer.model] : []))];
  const policies = new Set(configs.map(({ dtype }) => policyOf(dtype)).filter((name) => name !== undefined));
  return [
    ...models
      .filter(({ ownClass }) => ownClass !== undefined)
      .map(
        ({ name, ownClass }) =>
          `The model ${name} is of a class of one's own (${ownClass}): it is measured as the layers that its file lists; what the class does otherwise when it is called is not in the file.`,
      ),
    ...trainingNotes(model),
    ...[...policies].map(
      (name) => `The model was trained under the policy ${name}; it is computed in float32 here.`,
    ),
  ];
}

/** Files that do not say whose their classes are show those of one's own by settings that Keras' classes do not have. */
const ownSettingNotes = (model: ModelDescription): string[] =>
  everyLayer(model).flatMap(({ name, className, config }) => {
    const unknown = unknownSettings(config);
    if (unknown.length === 0) return [];
    return [
      `The layer ${name} is read as Keras' ${className}, but Keras' class has no ${unknown.join(', ')}: if it is a class of one's own of that name, these figures are not its own.`,
    ];
  });

/** What of the model trains where that is not plain from its file. */
function trainingNotes(model: ModelDescription): string[] {
  const layers = everyLayer(model);
  const thawed = layers
    .filter((layer) => layer.model && layer.config.trainable === false)
    .flatMap((frozen) =>
      everyLayer(frozen.model!)
        .filter(({ trainable, variables }) => trainable && variables.length > 0)
        .map(
          ({ name }) =>
            `${name} is trained inside ${frozen.name}, which is frozen: it was made trainable again, and counts among the parameters.`,
        ),
    );
  const adapted = layers.filter(({ config }) => loraRank(config) > 0).map(({ name }) => name);
  return [
    ...thawed,
    ...(adapted.length > 0
      ? [
          `LoRA is enabled in ${adapted.join(', ')}: the parameters are its factors, not the kernels they adapt. A .keras file holds their sum, and Keras begins with factors of zero again, so that these are measured there.`,
        ]
      : []),
  ];
}

/** The name of a mixed-precision policy, stored as a name or an object. */
function policyOf(dtype: unknown): string | undefined {
  const config = (dtype as { config?: { name?: unknown } } | null | undefined)?.config;
  const name = typeof dtype === 'string' ? dtype : config?.name;
  return typeof name === 'string' && /16/.test(name) ? name : undefined;
}
