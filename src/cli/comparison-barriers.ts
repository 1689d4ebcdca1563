import { type BarrierKinds, barrierAt, barrierKinds, barrierNotes } from '../wording/barrier-matrix';
import type { Comparison } from '../contract/comparison';
import { formatNumber } from '../wording/format-number';
import { table, wrap } from './table';

/** The matrices of barriers between the checkpoints, as they are above the diagonal and with neurons aligned below it. */
export function barrierLines(comparison: Comparison, width: number): string[] {
  const { barriers } = comparison;
  if (barriers.length === 0) return [];
  const explanation = barriers.some(({ aligned }) => aligned !== undefined)
    ? 'Loss barriers on the straight line between two checkpoints (training loss above that of the ends): raw above the diagonal, below it with the neurons of the second matched to those of the first by their weights.'
    : 'Loss barriers on the straight line between two checkpoints (training loss above that of the ends), with neurons as they are: much of a barrier can be their order alone.';
  return [
    ...wrap(explanation, width),
    ...barrierKinds(barriers).flatMap((kinds) => [
      ...(kinds.above === 'reestimated'
        ? wrap("The same with batch norm's statistics measured anew at each point and at the ends:", width)
        : []),
      ...matrix(comparison, kinds),
    ]),
    ...barrierNotes(barriers).flatMap((note) => wrap(note, width)),
    '',
  ];
}

function matrix({ barriers, members }: Comparison, kinds: BarrierKinds): string[] {
  const numbers = members.map((_, i) => String(i + 1));
  const cell = (row: number, column: number): string => {
    if (row === column) return '·';
    const found = barrierAt(barriers, kinds, row, column);
    return found ? formatNumber(found.height, 3) : '';
  };
  return table([
    ['', '', ...numbers],
    ...members.map(({ label }, row) => [
      numbers[row],
      label,
      ...members.map((_, column) => cell(row, column)),
    ]),
  ]);
}
