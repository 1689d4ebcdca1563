import type { Barrier, Comparison } from '../shared/comparison';
import { formatNumber } from '../shared/format-number';
import { table, wrap } from './table';

/** The matrix of barriers between the checkpoints, raw above the diagonal and with neurons aligned below it. */
export function barrierLines({ barriers, members }: Comparison, width: number): string[] {
  if (barriers.length === 0) return [];
  const aligned = barriers.some((barrier) => barrier.aligned);
  const at = (row: number, column: number): string => {
    const found = barriers.find(
      ({ a, b }) => Math.min(a, b) === Math.min(row, column) && Math.max(a, b) === Math.max(row, column),
    );
    const height = row < column ? found?.raw : found?.aligned;
    return height ? formatNumber(height.value, 3) : '';
  };
  const numbers = members.map((_, i) => String(i + 1));
  const explanation = aligned
    ? 'Loss barriers on the straight line between two checkpoints (training loss above that of the ends): raw above the diagonal, below it with the neurons of the second matched to those of the first.'
    : 'Loss barriers on the straight line between two checkpoints (training loss above that of the ends), with neurons as they are: much of a barrier can be their order alone.';
  return [
    ...wrap(explanation, width),
    ...table([
      ['', '', ...numbers],
      ...members.map(({ label }, row) => [
        numbers[row],
        label,
        ...members.map((_, column) => (row === column ? '·' : at(row, column))),
      ]),
    ]),
    ...reestimatedLine(barriers, width),
    '',
  ];
}

/** How far batch norm's statistics, measured anew, lower the barriers. */
function reestimatedLine(barriers: readonly Barrier[], width: number): string[] {
  const both = barriers.filter(({ reestimated }) => reestimated !== undefined);
  if (both.length === 0) return [];
  const largest = (values: readonly number[]) => formatNumber(Math.max(...values), 3);
  return wrap(
    `With batch norm's statistics measured anew at each point the largest barrier is ${largest(both.map(({ reestimated }) => reestimated!.value))} in place of ${largest(both.map(({ raw }) => raw.value))}.`,
    width,
  );
}
