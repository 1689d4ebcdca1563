import { blamed, throwIfCancelled, UserError } from '../../core/errors';
import { arraysInOrder } from '../../network/input-order';
import type { RowShapes } from '../containers/open-extents';
import { type FileSource, openFile, sha256, sha256OfText } from '../containers/source';
import type { DataRequest } from './choices';
import { findData } from './find';
import type { DataPart } from './format';
import type { DatasetSplit } from './split';

export type { DatasetSplit, InputNamedArray } from './split';

/** A data file as read: elements keep the file's type (bytes stay bytes) until a chunk of rows is fed to a model. */
export interface Dataset {
  readonly path: string;
  /** What kind of file it is. */
  readonly format: string;
  /** Of the file, or of its files one after the other where there are several; of the list of a folder's files. */
  readonly sha256: string;
  readonly train: DatasetSplit;
  readonly test?: DatasetSplit;
  /** How many rows there are in the file, where only some were read. */
  readonly total?: { readonly train: number; readonly test: number };
  /** What was inferred of the file. */
  readonly notes: readonly string[];
}

/** The shape of a row of each input, in the order of a model's inputs. */
export const rowShapes =
  ({ path, train }: Pick<Dataset, 'path' | 'train'>): RowShapes =>
  (inputs) => {
    const shapes = train.inputs.map(({ shape }) => shape.slice(1));
    // How many there must be, and what is missing, is said where the data are prepared.
    if (train.inputs.every(({ input }) => input === undefined)) return shapes;
    try {
      return arraysInOrder(inputs, train.inputs).map((i) => shapes[i]);
    } catch (error) {
      throw error instanceof UserError ? new UserError(`${path} ${error.message}`) : error;
    }
  };

/**
 * Reads a data set of any kind in `DATA_FORMATS`, told by its content where that says it. With `take`, formats that find
 * rows one by one read only those.
 * @throws UserError when it cannot be read, when what it holds is not stated and cannot be inferred, or it holds NaN or
 * infinite values.
 */
export async function readDataset(path: string, request: DataRequest = {}): Promise<Dataset> {
  const { signal } = request;
  const opened: FileSource[] = [];
  try {
    const { format, found } = findData(path, request);
    for (const file of found.files) opened.push(openFile(file));
    throwIfCancelled(signal);
    const { train, test, notes } = await found.open(opened, request);
    throwIfCancelled(signal);
    const read = await rowsOf(train, 'train', request);
    throwIfCancelled(signal);
    const readTest = test && (await rowsOf(test, 'test', request));
    const some = read.total !== undefined || readTest?.total !== undefined;
    return {
      path,
      format: format.name,
      sha256: found.listing ? sha256OfText(found.listing.text) : await sha256(opened, signal),
      train: read.split,
      ...(readTest && { test: readTest.split }),
      ...(some ? { total: { train: train.rows, test: test?.rows ?? 0 } } : {}),
      notes,
    };
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  } finally {
    for (const file of opened) file.close();
  }
}

/**
 * What identifies a data set: the hash that {@link readDataset} gives, without reading what it holds.
 * @throws UserError when it is of no kind that is read
 */
export async function hashOfData(path: string, request: DataRequest = {}): Promise<string> {
  const opened: FileSource[] = [];
  try {
    const { found } = findData(path, request);
    if (found.listing) return sha256OfText(found.listing.text);
    for (const file of found.files) opened.push(openFile(file));
    return await sha256(opened, request.signal);
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  } finally {
    for (const file of opened) file.close();
  }
}

/** The rows of a part that are asked for, and how many there are where these are not all. */
async function rowsOf(
  part: DataPart,
  split: 'train' | 'test',
  { take }: DataRequest,
): Promise<{ split: DatasetSplit; total?: number }> {
  // Test rows are measured all, unless that takes too long.
  const some = part.byRow && (split === 'train' || part.isSlow === true);
  const rows = some ? take?.(part.rows, split) : undefined;
  if (rows === undefined || rows.length === part.rows) return { split: await part.read() };
  return { split: await part.read(rows), total: part.rows };
}
