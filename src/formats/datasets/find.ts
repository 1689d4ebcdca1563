import { UserError } from '../../core/errors';
import { headOf } from '../containers/head';
import { openFile } from '../containers/source';
import type { DataRequest } from './choices';
import type { Candidate, DataFormat, FoundData } from './format';
import { DATA_FORMATS } from './formats';
import { refuseForeign } from './foreign';
import { isFolderAt } from './heads';

/** What lies at a path, looked at once. */
export function candidateAt(path: string): Candidate {
  if (isFolderAt(path)) return { path, isFolder: true, head: new Uint8Array(0), size: 0 };
  const source = openFile(path);
  try {
    return { path, isFolder: false, head: headOf(source), size: source.size };
  } finally {
    source.close();
  }
}

/** The kind of data at a path, if it is one that is read. */
export const formatOfData = (candidate: Candidate): DataFormat | undefined =>
  DATA_FORMATS.find(({ recognizes }) => recognizes(candidate));

/**
 * The kind of data at a path, and the files that belong to it.
 * @throws UserError for anything else, with what to do about the kinds that are known
 */
export function findData(path: string, request: DataRequest): { format: DataFormat; found: FoundData } {
  const candidate = candidateAt(path);
  const format = formatOfData(candidate);
  if (format) return { format, found: format.find(candidate, request) };
  refuseForeign(candidate);
  if (candidate.isFolder)
    throw new UserError(
      `${path} is a folder: give a file, or the folder that holds a folder of pictures (PNG, JPEG) for each class.`,
    );
  const kinds = DATA_FORMATS.map(({ name }) => name).join(', ');
  throw new UserError(
    `${path} is no data of a kind that is read (${kinds}): save your data with numpy.savez(path, x_train=..., y_train=..., x_test=..., y_test=...).`,
  );
}
