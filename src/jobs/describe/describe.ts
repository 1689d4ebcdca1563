import { norm } from '../../core/vectors';
import type {
  KerasCheckpoint,
  LayerDescription,
  ModelDescription,
} from '../../formats/checkpoints/keras/description';
import type { Checkpoint } from '../../formats/checkpoints/formats';
import type { OnnxTensor } from '../../formats/checkpoints/onnx/description';
import { openCheckpoint } from '../../formats/checkpoints/open';
import { buildModel } from '../../formats/model';
import { compiledLossName } from '../../objective/loss/choose-loss';
import type { CheckpointSummary, EngineRequests } from '../../contract/engine-protocol';
import { blamed } from '../../core/errors';

type Contents = Pick<
  CheckpointSummary,
  'name' | 'loss' | 'inputs' | 'layers' | 'parameters' | 'notes' | 'refusal'
>;

/**
 * Architecture and parameter table of a checkpoint, without data; of weights alone in the architecture that `model` names. A model with something in it that cannot be analyzed
 * is told as far as its file tells it, with the reason in `refusal`.
 *
 * @throws UserError when the file itself cannot be read.
 */
export async function describe({
  checkpoint: path,
  model,
  weights,
}: EngineRequests['describe']['request']): Promise<CheckpointSummary> {
  const { checkpoint, sha256, files } = await openCheckpoint(path, undefined, { model, weights });
  return { path, format: checkpoint.format, sha256, files, ...contentsOf(checkpoint) };
}

function contentsOf(checkpoint: Checkpoint): Contents {
  let model: ReturnType<typeof buildModel>;
  try {
    model = buildModel(checkpoint);
  } catch (error) {
    const { message } = blamed(error, 'its network', 'cannot be built');
    const refusal = `This model cannot be analyzed: ${message}`;
    const stored = storedOf(checkpoint);
    return { ...stored, loss: undefined, refusal };
  }
  return {
    name: model.name,
    loss: compiledLossName(model),
    inputs: model.inputs.map(({ shape }) => shape.map((extent) => (extent > 0 ? extent : null))),
    layers: model.layers,
    parameters: model.tensors.map(({ name, layer, shape, trainable, data }) => ({
      name,
      layer,
      shape,
      count: data.length,
      trainable,
      norm: norm(data),
    })),
    notes: model.notes,
    refusal: undefined,
  };
}

/** What the file says of a model that is not built. */
type Stored = Omit<Contents, 'loss' | 'inputs' | 'refusal'>;

const storedOf = (checkpoint: Checkpoint): Stored => {
  if (checkpoint.format === 'onnx') return storedTensors(checkpoint, checkpoint.initializers.values());
  if (checkpoint.format === 'torch-export') return storedTensors(checkpoint, checkpoint.tensors.values());
  if (checkpoint.format === 'torch-weights' || checkpoint.format === 'torch-network')
    return storedTensors(
      checkpoint,
      [...checkpoint.tensors].map(([name, { type, shape, data }]) => ({
        name,
        type: type.type,
        shape,
        data,
      })),
    );
  return storedContents(checkpoint);
};

/** The floats of a graph that is not built: which of them are weights only its operators would tell. */
function storedTensors(
  { name, notes }: Pick<Stored, 'name' | 'notes'>,
  tensors: Iterable<Pick<OnnxTensor, 'name' | 'type' | 'shape' | 'data'>>,
): Stored {
  const floats = [...new Set(tensors)].filter(({ type }) => type === 'float');
  return {
    name,
    layers: [],
    parameters: floats.map(({ name: tensor, shape, data }) => ({
      name: tensor,
      layer: '',
      shape,
      count: data.length,
      trainable: false,
      norm: norm(data),
    })),
    notes,
  };
}

/** Its layers and their weights, without shapes of outputs. */
function storedContents({ model, notes }: KerasCheckpoint): Stored {
  const layers = layersOf(model, '');
  return {
    name: model.name,
    layers: layers.map(({ name, layer: { className, variables } }) => ({
      name,
      className,
      outputShape: undefined,
      parameters: variables.reduce((sum, { data }) => sum + data.length, 0),
    })),
    parameters: layers.flatMap(({ name: layer, layer: { variables, trainable } }) =>
      variables.map(({ name, shape, data }) => ({
        name: `${layer}/${name}`,
        layer,
        shape,
        count: data.length,
        trainable,
        norm: norm(data),
      })),
    ),
    notes,
  };
}

interface NamedLayer {
  readonly name: string;
  readonly layer: LayerDescription;
}

/** All layers in order under their paths, those of nested models and wrapped ones after the layer that holds them. */
function layersOf({ layers }: ModelDescription, prefix: string): NamedLayer[] {
  const within = (layer: LayerDescription, path: string): NamedLayer[] => [
    { name: path, layer },
    ...(layer.model ? layersOf(layer.model, `${path}/`) : []),
    ...Object.values(layer.children).flatMap((child) => within(child, `${path}/${child.name}`)),
  ];
  return layers.flatMap((layer) => within(layer, prefix + layer.name));
}
