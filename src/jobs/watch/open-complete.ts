import { openCheckpoint } from '../../formats/checkpoints/open';
import { rowShapes } from '../../formats/datasets/dataset';
import type { Dataset } from '../../formats/datasets/dataset';
import { buildModel } from '../../formats/model';
import type { FileStamp } from '../../contract/file-stamp';
import type { WatchRequest } from '../../contract/watch';
import { endsInZeros } from './unwritten-end';
import { parametersOf, stateOf, valuesOf } from '../../objective/programs/parameter-space';

/** A checkpoint that opens. */
export interface Complete {
  readonly sha256: string;
  readonly files: readonly FileStamp[];
  /** One of its files may be on its way still, though it opens. */
  readonly isDoubtful: boolean;
  /** Its network's size and how many of its numbers are none. @throws UserError where no network can be built. */
  network(data: Dataset): { readonly parameters: number; readonly broken: number };
}

/**
 * Opens a checkpoint without building its network.
 * @throws UserError where it does not open: it may be half written.
 */
export async function openComplete(
  path: string,
  choices: WatchRequest['settings'],
  signal: AbortSignal,
): Promise<Complete> {
  const { sha256, files, checkpoint } = await openCheckpoint(path, signal, choices);
  return {
    sha256,
    files,
    isDoubtful: files.some((file) => endsInZeros(file.path)),
    network(data) {
      const model = buildModel(checkpoint, rowShapes(data), choices);
      const [theta, state] = [parametersOf(model), stateOf(model)].map(valuesOf);
      const broken = [theta, state].reduce(
        (sum, values) => sum + values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0),
        0,
      );
      return { parameters: theta.length, broken };
    },
  };
}
