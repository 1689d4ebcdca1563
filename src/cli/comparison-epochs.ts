import type { Comparison } from '../contract/comparison';
import {
  OUTCOME_NAMES,
  comparedText,
  measureIds,
  measuresOf,
  outcomeOf,
} from '../wording/comparison-figures';
import { formatCount } from '../wording/format-number';
import { table, thinned } from './table';

/** Fewer checkpoints of a run are no row. */
const LEAST = 3;
const MOST_RUNS = 4;
const MOST_ROWS = 12;
const MEASURES: readonly string[] = ['lambda-max', 'trace', 'weight-scaled-trace', 'fisher-rao'];

/** Measures over the training of each run of which several checkpoints, whose epochs are known, were given. */
export function epochLines(comparison: Comparison, width: number): string[] {
  const { members, reports } = comparison;
  const runs = new Map<string, number[]>();
  members.forEach(({ run, seed, epoch }, place) => {
    if (epoch === undefined || reports[place] === undefined) return;
    const name = seed === undefined ? run : `${run}, seed ${seed}`;
    runs.set(name, [...(runs.get(name) ?? []), place]);
  });
  const rows = [...runs].filter(([, places]) => places.length >= LEAST);
  const left = rows.length - MOST_RUNS;
  return [
    ...rows.slice(0, MOST_RUNS).flatMap(([name, places]) => [
      `Over the training of ${name}`,
      ...tableOf(
        comparison,
        [...places].sort((a, b) => members[a].epoch! - members[b].epoch!),
        width,
      ),
      '',
    ]),
    ...(left > 0 ? [`  ${formatCount(left)} more runs over their training in --json and --csv`, ''] : []),
  ];
}

/** Epochs down, figures across, as many as there is room for. */
function tableOf({ members, reports }: Comparison, places: readonly number[], width: number): string[] {
  const shown = thinned(places, MOST_ROWS);
  const known = measureIds(shown.map((place) => reports[place]));
  const columns = [
    ['epoch', ...shown.map((place) => String(members[place].epoch))],
    ...(['train-loss', 'test-loss'] as const).map((outcome) => [
      OUTCOME_NAMES[outcome],
      ...shown.map((place) => textOf(outcomeOf(reports[place], outcome))),
    ]),
    ...MEASURES.filter((id) => known.includes(id)).map((id) => [
      id,
      ...shown.map((place) => textOf(measuresOf(reports[place]).get(id))),
    ]),
  ].filter(([, ...cells]) => cells.some((cell) => cell !== ''));
  const lines = (count: number) =>
    table(
      [0, ...shown.map((_, i) => i + 1)].map((row) => columns.slice(0, count).map((cells) => cells[row])),
    );
  let count = columns.length;
  while (count > 2 && lines(count).some((line) => line.length > width)) count--;
  return lines(count);
}

const textOf = (figure: Parameters<typeof comparedText>[0] | undefined): string =>
  figure ? comparedText(figure) : '';
