import type { Model } from '../layers/model';
import { UserError, blamed } from '../shared/errors';
import { buildKerasModel } from './checkpoints/keras/build';
import type { Checkpoint } from './checkpoints/formats';
import type { ModelChoices } from './checkpoints/onnx/choices';
import { buildOnnxModel } from './checkpoints/onnx/build';
import { openCheckpoint } from './checkpoints/open';
import { buildTorchExport } from './checkpoints/torch/export/build';
import type { RowShapes } from './open-extents';

/** A checkpoint as a network. */
export interface OpenedModel {
  readonly model: Model;
  readonly format: Checkpoint['format'];
  /** What the model was built from, for writing it again. */
  readonly checkpoint: Checkpoint;
  /** Of the file, or of its files one after the other. */
  readonly sha256: string;
}

/**
 * Reads a checkpoint of any known kind and builds its network, for data of these rows where they are given.
 * @throws UserError with one sentence that names the file, when it cannot be read or holds what is not supported.
 */
export async function openModel(
  path: string,
  signal?: AbortSignal,
  rows?: RowShapes,
  choices: ModelChoices = {},
): Promise<OpenedModel> {
  const { checkpoint, sha256 } = await openCheckpoint(path, signal);
  try {
    return { model: buildModel(checkpoint, rows, choices), format: checkpoint.format, checkpoint, sha256 };
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${path}: ${error.message}`);
    throw blamed(error, path, 'cannot be read');
  }
}

/**
 * The network of a checkpoint. Extents that its file leaves open are those of the data's rows, one shape an input; without
 * them it is only for looking at. Throws a UserError, written to follow the file's name and a colon, for what is not
 * supported.
 */
export function buildModel(checkpoint: Checkpoint, rows?: RowShapes, choices: ModelChoices = {}): Model {
  if (checkpoint.format === 'onnx') return buildOnnxModel(checkpoint, rows, choices);
  const asked = (['output', 'fixed'] as const).find((name) => choices[name] !== undefined);
  if (asked)
    throw new UserError(`"${asked}" is for ONNX files, which do not say it themselves: leave it out here.`);
  return checkpoint.format === 'torch-export'
    ? buildTorchExport(checkpoint, rows)
    : buildKerasModel(checkpoint, rows);
}
