import { basename, join } from 'node:path';
import { UserError } from '../../core/errors';
import { isFolderAt, namesIn } from './heads';
import type { DatasetSplit } from './split';

/** Three planes of 32 x 32 bytes, red first. */
export const PIXELS = 3 * 32 * 32;

/** The files of CIFAR in a folder, in the order of their names. */
export const batchesIn = (
  folder: string,
  isBatch: (name: string) => boolean,
  isOfKind: (path: string) => boolean,
): string[] =>
  namesIn(folder)
    .filter(isBatch)
    .map((name) => join(folder, name))
    .filter((path) => !isFolderAt(path) && isOfKind(path));

/** The files of a folder, in their order, with what is said of them. */
export interface Batches {
  readonly train: readonly string[];
  readonly test: readonly string[];
  notes(classes: 10 | 100): string[];
}

/**
 * Parts the files of a folder into those to train on and the rest.
 * @throws UserError where there are none to train on
 */
export function partBatches(folder: string, all: readonly string[]): Batches {
  const isTest = (path: string) => basename(path).startsWith('test');
  const train = all.filter((path) => !isTest(path));
  const test = all.filter(isTest);
  if (train.length === 0)
    throw new UserError(`${folder} holds CIFAR's test rows and none to train on: add the other files.`);
  return {
    train,
    test,
    notes: (classes) => [
      `CIFAR-${classes}, of ${[...train, ...test].map((path) => basename(path)).join(', ')}${test.length > 0 ? ` (the last for the test)` : ''}.`,
      ...(classes === 100 ? ['The labels are the 100 fine ones.'] : []),
    ],
  };
}

/** Pictures and their labels as rows. */
export const cifarRows = (pixels: Uint8Array, labels: Int32Array): DatasetSplit => ({
  rows: labels.length,
  inputs: [{ name: 'images', shape: [labels.length, 3, 32, 32], data: pixels }],
  labels: { name: 'labels', shape: [labels.length], data: labels },
});
