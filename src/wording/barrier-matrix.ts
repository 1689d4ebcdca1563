import type { Barrier } from '../contract/comparison';

/** Two kinds of barrier that share a matrix: as the files are above the diagonal, with neurons aligned below it. */
export interface BarrierKinds {
  readonly above: 'raw' | 'reestimated';
  readonly below: 'aligned' | 'alignedReestimated';
}

const KINDS: readonly BarrierKinds[] = [
  { above: 'raw', below: 'aligned' },
  { above: 'reestimated', below: 'alignedReestimated' },
];

/** Those that some pair has. */
export const barrierKinds = (barriers: readonly Barrier[]): BarrierKinds[] =>
  KINDS.filter(({ above }) => barriers.some((barrier) => barrier[above]));

/** The barrier in a cell of the matrix, or undefined where there is none. */
export function barrierAt(
  barriers: readonly Barrier[],
  { above, below }: BarrierKinds,
  row: number,
  column: number,
): { height: number; barrier: Barrier } | undefined {
  const [low, high] = [Math.min(row, column), Math.max(row, column)];
  const barrier = barriers.find(({ a, b }) => Math.min(a, b) === low && Math.max(a, b) === high);
  const height = barrier?.[row < column ? above : below];
  return barrier && height && { height: height.value, barrier };
}

/** What is to be said of the pairs (counted from 1), once for all that it holds of. */
export function barrierNotes(barriers: readonly Barrier[]): string[] {
  const pairs = new Map<string, string[]>();
  for (const { a, b, note } of barriers)
    if (note !== undefined) pairs.set(note, [...(pairs.get(note) ?? []), `${a + 1} and ${b + 1}`]);
  return [...pairs].map(([note, of]) =>
    of.length === barriers.length ? note : `Between ${of.join(', ')}: ${note}`,
  );
}
