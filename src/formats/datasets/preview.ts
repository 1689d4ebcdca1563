import { blamed } from '../../core/errors';
import { type FileSource, openFile } from '../containers/source';
import type { DataRequest } from './choices';
import { findData } from './find';
import type { NamedArray } from './npy';
import type { DatasetSplit } from './split';

/** What a data file holds, before anything is computed on it. */
export interface DatasetPreview {
  readonly format: string;
  readonly rows: number;
  /** 0 where there is no test part. */
  readonly testRows: number;
  /** The first rows. */
  readonly first: DatasetSplit;
  /** Of all training rows, where that does not cost reading their inputs; else of the first. */
  readonly labels: NamedArray;
  readonly notes: readonly string[];
}

const FIRST = 3;

/**
 * The first rows of a data set and its labels.
 * @throws as `readDataset`; TargetUnknownError and WindowUnknownError for what a person can be asked
 */
export async function previewDataset(path: string, request: DataRequest): Promise<DatasetPreview> {
  const opened: FileSource[] = [];
  try {
    const { format, found } = findData(path, request);
    for (const file of found.files) opened.push(openFile(file));
    const { train, test, notes } = await found.open(opened, request);
    const few = Int32Array.from({ length: Math.min(FIRST, train.rows) }, (_, i) => i);
    const first = await train.read(train.byRow ? few : undefined);
    const labels = (await train.labels?.()) ?? first.labels;
    return { format: format.name, rows: train.rows, testRows: test?.rows ?? 0, first, labels, notes };
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  } finally {
    for (const file of opened) file.close();
  }
}
