import type { Rearrangement } from '../../lanes/columns';

/** The shape of a row in words. */
export const textOf = (shape: readonly number[]): string =>
  shape.length === 0 ? 'one number' : shape.join(' x ');

/** The shape of a row once its channels were moved. */
export function rearrangedShape(row: readonly number[], rearrangement: Rearrangement): readonly number[] {
  if (rearrangement === 'toChannelsFirst') return [row[row.length - 1], ...row.slice(0, -1)];
  return rearrangement === 'toChannelsLast' ? [...row.slice(1), row[0]] : row;
}
