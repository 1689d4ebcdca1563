import type { Along, Average, Path } from '../contract/path';
import type { Picture } from '../contract/surface';
import { formatNumber, formatWithError, subscript, withError } from '../wording/format-number';
import { table } from './table';

/** Figures over a path and means of its last checkpoints, as a person reads of them in a terminal. */
export function pathLines(picture: Picture): string[] {
  const { path } = picture;
  return path ? [...alongTable(picture, path), ...averagesTable(path)] : [];
}

interface Column {
  readonly name: string;
  readonly text: (along: Along) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  { name: 'from the first', text: ({ fromStart }) => formatNumber(fromStart, 3) },
  { name: 'from the last', text: ({ fromEnd }) => formatNumber(fromEnd, 3) },
  { name: 'turn', text: ({ angle }) => (angle === undefined ? undefined : `${formatNumber(angle, 3)}°`) },
  {
    name: 'gradient norm',
    text: ({ gradientNorm }) => gradientNorm && withError(gradientNorm.value, gradientNorm.standardError),
  },
  {
    name: `λ${subscript(1)}`,
    text: ({ largest }) => {
      if (!largest) return undefined;
      const { value, error } = formatWithError(largest.value, largest.errorBound);
      return `${value}${error && ` ± ${error}`}${largest.converged ? '' : ', not converged'}`;
    },
  },
  { name: 'trace', text: ({ trace }) => trace && withError(trace.value, trace.standardError) },
];

function alongTable({ marks }: Picture, { along }: Path): string[] {
  const shown = COLUMNS.filter(({ text }) => along.some((each) => text(each) !== undefined));
  return [
    '',
    ...table([
      ['along the path', ...shown.map(({ name }) => name)],
      ...along.map((each, i) => [marks[i]?.label ?? '', ...shown.map(({ text }) => text(each) ?? '')]),
    ]),
  ];
}

function averagesTable({ averages, ends, runs }: Path): string[] {
  if (averages.length === 0) return [];
  const loss = (value: number | null | undefined, error?: number | null) =>
    typeof value === 'number' ? withError(value, error) : '';
  return [
    '',
    ...table([
      ['mean of the last', 'x', 'y', 'from the plane', 'training loss', 'test loss'],
      ...byRun([...ends, ...averages]).map((each) => [
        `${each.last}${each.run === undefined ? '' : ` of ${runs[each.run].label}`}`,
        formatNumber(each.at[0], 3),
        formatNumber(each.at[1], 3),
        formatNumber(each.distance, 2),
        loss(each.loss, each.standardError),
        loss(each.testLoss),
      ]),
    ]),
  ];
}

/** Run after run, each from its last checkpoint on. */
const byRun = (averages: readonly Average[]): readonly Average[] =>
  [...averages].sort((a, b) => (a.run ?? 0) - (b.run ?? 0));
