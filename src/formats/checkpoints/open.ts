import { createHash } from 'node:crypto';
import { blamed, throwIfCancelled, UserError } from '../../core/errors';
import type { FileStamp } from '../../contract/file-stamp';
import { headOf } from '../containers/head';
import { type FileSource, openFile, sha256, stampOf } from '../containers/source';
import { CHECKPOINT_FORMATS, type Checkpoint, type CheckpointFormat } from './formats';
import { foreignFile } from './foreign';
import { isFolder, refuseFolder } from './foreign-folders';
import {
  type KerasArchitecture,
  architectureIn,
  emptyModel,
  fillKerasWeights,
  isKerasWeights,
} from './keras/weights-alone';
import { fillKerasArrays, isNpz, npzWeights } from './numpy-weights';
import { FAMILIES } from './torch/families/table';
import { configBeside, weightsIn } from './torch/huggingface/folder';
import { readHuggingFace } from './torch/huggingface/read';
import { sequentialRecipe } from './torch/modules/sequential';
import { shapesOf } from './torch/recipes/network';
import { attempt, recognize } from './torch/recipes/recognize';
import type { StoredWeights } from './torch/weights/description';
import { fillExport, fillOnnx, nameVariants } from './torch/weights/fill';

/** What a person says of a file of weights alone. */
export interface WeightChoices {
  /** The file that holds the architecture. */
  readonly model?: string | undefined;
  /** Which of several sets in the file, `model_ema`. */
  readonly weights?: string | undefined;
}

/** A checkpoint as read, with what identifies it. */
export interface OpenedCheckpoint {
  readonly path: string;
  /** SHA-256 of the file; of its files one after the other where it has several (TensorFlow.js, ONNX). */
  readonly sha256: string;
  /** Its files as they were opened, the one given first. */
  readonly files: readonly FileStamp[];
  readonly checkpoint: Checkpoint;
}

/**
 * Opens a checkpoint, whose kind is told by its content, never by its name.
 * @throws UserError with one sentence when it cannot be read, is damaged, or is something else.
 */
export async function openCheckpoint(
  path: string,
  signal?: AbortSignal,
  { model, weights }: WeightChoices = {},
): Promise<OpenedCheckpoint> {
  try {
    const placed = model === undefined ? undefined : await inArchitecture(path, model, signal);
    if (placed) return placed;
    const found = await opened(path, signal, weights);
    const { checkpoint } = found;
    if (checkpoint.format !== 'torch-weights') return found;
    if (model !== undefined) return filled(found, checkpoint, await opened(model, signal));
    return await recognized(found, checkpoint, signal);
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  }
}

/**
 * Opens a file of PyTorch's weights as it is, whatever network they are of.
 * @throws UserError as {@link openCheckpoint}, and for files of other kinds
 */
export async function openWeights(path: string, signal?: AbortSignal, set?: string): Promise<StoredWeights> {
  try {
    const { checkpoint } = await opened(path, signal, set);
    if (checkpoint.format === 'torch-weights') return checkpoint;
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  }
  throw new UserError(
    `${path} holds its network itself, and needs none from your code: analyze it as it is.`,
  );
}

/**
 * Weights as the network that their names and shapes give away, else that of the configuration beside them; others with what
 * they are nearest to.
 */
async function recognized(
  opened: OpenedCheckpoint,
  weights: StoredWeights,
  signal: AbortSignal | undefined,
): Promise<OpenedCheckpoint> {
  const found = asSaved(weights) ?? recognize(weights, FAMILIES);
  if (found && 'format' in found) return { ...opened, checkpoint: found };
  const beside = configBeside(opened.files[0].path);
  if (beside) {
    const { config, source } = beside;
    try {
      const network = readHuggingFace(weights, config);
      if (network)
        return {
          ...opened,
          sha256: jointHash(opened.sha256, await sha256([source], signal)),
          files: [...opened.files, stampOf(source)],
          checkpoint: network,
        };
      const family = `of transformers' "${config.modelType}"`;
      return { ...opened, checkpoint: { ...weights, nearest: { family, reason: 'that is not read' } } };
    } finally {
      source.close();
    }
  }
  return found ? { ...opened, checkpoint: { ...weights, nearest: found } } : opened;
}

/** The network that a whole module is, where the file says all of it. */
function asSaved(weights: StoredWeights): ReturnType<typeof recognize> {
  const { module } = weights;
  if (!module) return undefined;
  const [tensors] = nameVariants(weights);
  const recipe = sequentialRecipe(module, shapesOf(tensors));
  if (!recipe) return undefined;
  const found = attempt(() => recipe, weights, tensors);
  return typeof found === 'string' ? { family: 'those of a torch.nn.Sequential', reason: found } : found;
}

/** Weights of Keras, or arrays of NumPy, in the architecture of another file; undefined for other kinds of files. */
async function inArchitecture(
  path: string,
  model: string,
  signal: AbortSignal | undefined,
): Promise<OpenedCheckpoint | undefined> {
  if (isFolder(path)) return undefined;
  const source = openFile(path);
  try {
    const isArrays = isNpz(source);
    if (!isArrays && !(await isKerasWeights(source))) return undefined;
    const own = { path, sha256: await sha256([source], signal), files: [stampOf(source)] };
    const { keras, whole } = await architectureOf(model, signal);
    if (isArrays && !keras) {
      const weights = npzWeights(source);
      return filled({ ...own, checkpoint: weights }, weights, whole);
    }
    if (!keras)
      throw new UserError(
        `${path} holds weights of Keras, and ${model} is no architecture of Keras: give the whole model (.keras), or what model.to_json() wrote, by "model".`,
      );
    return {
      path,
      sha256: jointHash(own.sha256, whole.sha256),
      files: [...own.files, ...whole.files],
      checkpoint: isArrays
        ? fillKerasArrays(source, keras, model)
        : await fillKerasWeights(source, keras, model),
    };
  } finally {
    source.close();
  }
}

/** What a file has of an architecture, of Keras where it is. */
async function architectureOf(
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly keras?: KerasArchitecture; readonly whole: OpenedCheckpoint }> {
  const source = openFile(path);
  try {
    const keras = architectureIn(source);
    if (keras) {
      const checkpoint = emptyModel(keras, path);
      return {
        keras,
        whole: { path, sha256: await sha256([source], signal), files: [stampOf(source)], checkpoint },
      };
    }
  } finally {
    source.close();
  }
  const whole = await opened(path, signal);
  const { checkpoint } = whole;
  return 'config' in checkpoint ? { keras: checkpoint, whole } : { whole };
}

/** Weights in the architecture of another file; what identifies them is both files. */
function filled(
  own: OpenedCheckpoint,
  weights: StoredWeights,
  { path: model, checkpoint, sha256, files }: OpenedCheckpoint,
): OpenedCheckpoint {
  const paths = { weights: own.path, model };
  if (checkpoint.format !== 'torch-export' && checkpoint.format !== 'onnx')
    throw new UserError(
      `${own.path} holds PyTorch's weights, and ${model} is no architecture of PyTorch: export the network with torch.export and give that .pt2 by "model".`,
    );
  return {
    path: own.path,
    sha256: jointHash(own.sha256, sha256),
    files: [...own.files, ...files],
    checkpoint:
      checkpoint.format === 'onnx'
        ? fillOnnx(checkpoint, weights, paths)
        : fillExport(checkpoint, weights, paths),
  };
}

/** What identifies weights together with the file of their architecture. */
const jointHash = (weights: string, model: string): string =>
  createHash('sha256').update(`${weights}\n${model}`).digest('hex');

async function opened(
  path: string,
  signal: AbortSignal | undefined,
  set?: string,
): Promise<OpenedCheckpoint> {
  const file = weightsIn(path) ?? path;
  refuseFolder(file);
  const source = openFile(file);
  const files: FileSource[] = [source];
  try {
    const format = formatOf(source);
    if (!format) throw foreignFile(source, headOf(source));
    throwIfCancelled(signal);
    const checkpoint = await format.read(source, files, set);
    throwIfCancelled(signal);
    return {
      path,
      sha256: await sha256(files, signal),
      files: files.map(stampOf),
      checkpoint,
    };
  } finally {
    for (const file of files) file.close();
  }
}

/** The kind of checkpoint that a file's content says it is, if any. */
export function formatOf(source: FileSource): CheckpointFormat | undefined {
  const head = headOf(source);
  return CHECKPOINT_FORMATS.find(({ sniff }) => sniff(head, source));
}
