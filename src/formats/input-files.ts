import { blamed } from '../core/errors';
import type { FileStamp } from '../contract/file-stamp';
import { formatOf } from './checkpoints/open';
import { candidateAt, formatOfData } from './datasets/find';
import { type FileSource, openFile } from './containers/source';

/** What identifies data in more files than are read for it: the list of them, and its folders. */
export interface Listing {
  readonly text: string;
  readonly stamps: readonly FileStamp[];
}

/**
 * Opens a checkpoint or data file and the files that belong to it (weights beside a `model.json`, arrays beside an
 * `x_train.npy`), in the order in which their hash takes them.
 * @param opened receives the files, also those opened before an error; the caller closes them.
 * @param sampleWeights of the training rows, as `readDataset` takes it: another array beside an `x_train.npy`.
 * @returns the listing of a folder of data, which is identified by that.
 * @throws UserError when one cannot be read, or the file does not tell which others belong to it.
 */
export async function openInput(
  path: string,
  opened: FileSource[],
  sampleWeights: boolean | string = false,
): Promise<Listing | undefined> {
  try {
    const candidate = candidateAt(path);
    const data = formatOfData(candidate)?.find(candidate, { sampleWeights });
    if (data) {
      for (const file of data.files) opened.push(openFile(file));
      return data.listing;
    }
    const source = openFile(path);
    opened.push(source);
    const checkpoint = formatOf(source);
    if (checkpoint?.severalFiles) await checkpoint.read(source, opened);
    return undefined;
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  }
}
