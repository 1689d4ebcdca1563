import { blamed } from '../core/errors';
import { formatOf } from './checkpoints/open';
import { isNpy, siblings } from './datasets/dataset';
import { type FileSource, openFile } from './containers/source';

/**
 * Opens a checkpoint or data file and the files that belong to it (weights beside a `model.json`, arrays beside an
 * `x_train.npy`), in the order in which their hash takes them.
 * @param opened receives the files, also those opened before an error; the caller closes them.
 * @param sampleWeights of the training rows, as `readDataset` takes it: another array beside an `x_train.npy`.
 * @throws UserError when one cannot be read, or the file does not tell which others belong to it.
 */
export async function openInput(
  path: string,
  opened: FileSource[],
  sampleWeights: boolean | string = false,
): Promise<void> {
  try {
    const source = openFile(path);
    opened.push(source);
    const format = isNpy(source) ? undefined : formatOf(source);
    if (isNpy(source)) siblings(path, opened, sampleWeights);
    else if (format?.severalFiles) await format.read(source, opened);
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  }
}
