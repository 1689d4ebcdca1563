import { sizeOf } from '../../core/size-of';
import { checkMemory } from '../../machine/memory';
import type { Model } from '../../network/model';
import type { Split } from '../data/split';
import type { ObjectiveOptions, SplitName } from './objective-types';

/** A split with the rows of it that count. @throws RangeError where the data have no such split. */
export function partOf(
  { train, trainRows, test }: Pick<ObjectiveOptions, 'train' | 'trainRows' | 'test'>,
  name: SplitName,
): { split: Split; rows: Int32Array } {
  if (name === 'train') return { split: train, rows: trainRows };
  if (!test) throw new RangeError('the data have no test rows');
  return { split: test, rows: Int32Array.from({ length: test.rows }, (_, i) => i) };
}

/** Bytes of memory for each number of the outputs of all rows: as they come from the lanes, and joined. */
const HELD = 16;

/** Refuses to hold the outputs of so many rows where there is no memory for them. @throws UserError */
export const checkOutputs = (rows: number, { outputShape }: Pick<Model, 'outputShape'>): void =>
  checkMemory(HELD * rows * sizeOf(outputShape), 'Holding the outputs of all rows');
