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
