import type { KerasCheckpoint } from '../../formats/checkpoints/keras/description';
import type { Dataset } from '../../formats/datasets/dataset';
import type { OpenedModel } from '../../formats/model';
import { UserError } from '../../shared/errors';
import type { RunFile } from '../../shared/run-file';

/** The network that a run file describes, made for its data. */
export function describedModel(
  _run: RunFile,
  _dataset: Dataset,
  name: string,
): { model: OpenedModel['model']; checkpoint: KerasCheckpoint } {
  throw new UserError(`${name}: networks described under "model" are not built yet: give a file.`);
}
