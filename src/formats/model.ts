import type { Model } from '../network/model';
import { UserError, blamed } from '../core/errors';
import { buildKerasModel } from './checkpoints/keras/build';
import type { Checkpoint } from './checkpoints/formats';
import type { ModelChoices } from './checkpoints/choices';
import { buildOnnxModel } from './checkpoints/onnx/build';
import { type WeightChoices, openCheckpoint } from './checkpoints/open';
import { buildTorchExport } from './checkpoints/torch/export/build';
import { buildNetwork, variantsFor } from './checkpoints/torch/recipes/network';
import type { StoredWeights } from './checkpoints/torch/weights/description';
import type { RowShapes } from './containers/open-extents';

/** A checkpoint as a network. */
export interface OpenedModel {
  readonly model: Model;
  readonly format: Checkpoint['format'];
  /** What the model was built from, for writing it again. */
  readonly checkpoint: Checkpoint;
  /** Of the file, or of its files one after the other. */
  readonly sha256: string;
  /** Networks with the same tensors, the one in `model` first; left out where there is one, or somebody chose. */
  readonly variants?: readonly ModelVariant[];
}

/** One of several networks with the same tensors. */
export interface ModelVariant {
  readonly name: string;
  build(): Model;
}

/**
 * Reads a checkpoint of any known kind and builds its network, for data of these rows where they are given.
 * @throws UserError with one sentence that names the file, when it cannot be read or holds what is not supported.
 */
export async function openModel(
  path: string,
  signal?: AbortSignal,
  rows?: RowShapes,
  choices: ModelChoices & WeightChoices = {},
): Promise<OpenedModel> {
  const { checkpoint, sha256 } = await openCheckpoint(path, signal, choices);
  try {
    const model = buildModel(checkpoint, rows, choices);
    const variants = choices.variant === undefined ? variantsOf(checkpoint, model, rows) : [];
    return {
      model,
      format: checkpoint.format,
      checkpoint,
      sha256,
      ...(variants.length > 1 ? { variants } : {}),
    };
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${path}: ${error.message}`);
    throw blamed(error, path, 'cannot be read');
  }
}

function variantsOf(checkpoint: Checkpoint, { inputs }: Model, rows: RowShapes | undefined): ModelVariant[] {
  if (checkpoint.format !== 'torch-network') return [];
  return variantsFor(checkpoint.recipe, inputs).map(({ name }) => ({
    name,
    build: () => buildNetwork(checkpoint, rows, { variant: name }),
  }));
}

/**
 * The network of a checkpoint. Extents that its file leaves open are those of the data's rows, one shape an input; without
 * them it is only for looking at. Throws a UserError, written to follow the file's name and a colon, for what is not
 * supported.
 */
export function buildModel(checkpoint: Checkpoint, rows?: RowShapes, choices: ModelChoices = {}): Model {
  if (choices.fixed !== undefined && checkpoint.format !== 'onnx')
    throw new UserError('"fixed" is for ONNX files, which do not say it themselves: leave it out here.');
  if (choices.output !== undefined && checkpoint.format !== 'onnx' && checkpoint.format !== 'torch-export')
    throw new UserError(
      '"output" is for graphs with several outputs, ONNX and PyTorch\'s: leave it out here.',
    );
  if (choices.variant !== undefined && checkpoint.format !== 'torch-network')
    throw new UserError(
      '"variant" is for weights whose network is recognized by their names: leave it out here.',
    );
  switch (checkpoint.format) {
    case 'onnx':
      return buildOnnxModel(checkpoint, rows, choices);
    case 'torch-export':
      return buildTorchExport(checkpoint, rows, choices);
    case 'torch-network':
      return buildNetwork(checkpoint, rows, choices);
    case 'torch-weights':
      throw new UserError(withoutNetwork(checkpoint));
    default:
      return buildKerasModel(checkpoint, rows);
  }
}

/** What to do with weights of which nobody has said what network they belong to. */
function withoutNetwork({ kind, tensors, nearest, module, unread }: StoredWeights): string {
  const count = [...tensors.values()].filter(({ type }) => type.type === 'float').length;
  if (count === 0 && unread.size > 0) {
    const [[name, reason]] = unread;
    return `it cannot be measured: tensor "${name}" ${reason}.`;
  }
  const like = nearest ? ` (its names are ${nearest.family}, but ${nearest.reason})` : '';
  const of = module ? ` of a ${module.className}` : '';
  return `it holds ${kind === 'PyTorch weights' ? 'weights' : kind} alone (${count} tensors${of}) and not the network they belong to${like}: save that once with torch.export.save(torch.export.export(model.eval(), (x,), dynamic_shapes=({0: torch.export.Dim.AUTO},)), "model.pt2") and give the file by "model" in landscape.json, or by --model; or let your own Python write it: --python model.py:Net.`;
}
