import type {
  ShownContents,
  ShownDifference,
  ShownFile,
  ShownHistogram,
  ShownTensor,
} from '../contract/contents';
import { printable } from '../core/printable';
import { counted, formatBytes, formatCount, formatNumber, formatPercent, withError } from './format-number';

type Row = readonly string[];

/** Rows of cells as lines, each column as wide as its widest cell; the first column to the left, figures to the right. */
function aligned(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of cells) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  const place = (cell: string, i: number) => (i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  return cells.map((row) => `  ${row.map(place).join('  ')}`.trimEnd());
}

const shapeText = (shape: readonly number[]): string => (shape.length > 0 ? shape.join(' × ') : 'one');

const sampled = ({ value, standardError }: { value: number; standardError: number }): string =>
  standardError > 0 ? withError(value, standardError) : formatNumber(value);

function tensorRow({ name, type, shape, facts, unread, spectrum, count }: ShownTensor): Row {
  if (!facts) return [name, type, shapeText(shape), unread ?? ''];
  const partly = facts.seen < count;
  const strange = [
    ...(facts.nan > 0 ? [`${formatCount(facts.nan)} NaN`] : []),
    ...(facts.infinite > 0 ? [`${formatCount(facts.infinite)} infinite`] : []),
  ];
  return [
    name,
    type,
    shapeText(shape),
    sampled(facts.norm),
    sampled(facts.mean),
    `${partly ? '≤ ' : ''}${formatNumber(facts.least)}`,
    `${partly ? '≥ ' : ''}${formatNumber(facts.most)}`,
    facts.zeros > 0 ? formatPercent(facts.zeros) : '',
    spectrum ? formatNumber(spectrum.largest[0]) : '',
    spectrum ? formatNumber(spectrum.smallest) : '',
    spectrum ? formatNumber(spectrum.stableRank, 3) : '',
    strange.join(', '),
  ];
}

const HEADINGS: Row = [
  'tensor',
  'type',
  'shape',
  'norm',
  'mean',
  'least',
  'most',
  'zeros',
  'σ largest',
  'σ least',
  'stable rank',
  '',
];

const BAR = 40;

function histogramLines({ tensor, edges, counts, seen }: ShownHistogram): string[] {
  const most = Math.max(...counts, 1);
  const rows = counts.map((count, i): Row => {
    const bar = '█'.repeat(Math.round((BAR * count) / most)) || (count > 0 ? '▏' : '');
    return [formatNumber(edges[i]), bar, formatCount(count)];
  });
  return [`Histogram of ${printable(tensor)}, ${formatCount(seen)} numbers:`, ...aligned(rows)];
}

const WEIGHTS_ALONE =
  'These are weights without the network that they belong to. To see the curvature there, name its architecture by "model" in landscape.json or --model: a .pt2 that torch.export.save wrote once, or an .onnx; or let your own Python write it: analyze --python model.py:Net.';

/** What a file is, how large, and what it holds. */
export const contentsPhrases = ({ kind, bytes, tensors, parameters }: ShownFile): string[] => [
  kind,
  formatBytes(bytes),
  `${counted(tensors.length, 'tensor')}, ${counted(parameters, 'float')}`,
];

function fileLines(file: ShownFile): string[] {
  const { path, tensors, provenance, histogram, notes } = file;
  return [
    printable(path),
    contentsPhrases(file).join(' · '),
    ...provenance.map(([key, value]) => `${printable(key)}: ${printable(value)}`),
    ...[...notes, ...(file.weightsAlone ? [WEIGHTS_ALONE] : [])].map(printable),
    '',
    ...aligned([HEADINGS, ...tensors.map(tensorRow)]),
    ...(histogram ? ['', ...histogramLines(histogram)] : []),
  ];
}

const MOST_NAMED = 10;

const nameList = (what: string, names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [
        `${what}: ${names.slice(0, MOST_NAMED).map(printable).join(', ')}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}.`,
      ];

function differenceLines(difference: ShownDifference, first: string): string[] {
  const { path, distance, relative, angle, tensors, equal, prefix, renumbered, sampled: some } = difference;
  if (tensors.length === 0)
    return [
      `${printable(path)} against ${printable(first)}: no tensor of the one has the name and the shape of one of the other.`,
      ...nameList('Only in the first', difference.onlyInFirst),
      ...nameList('Only in this one', difference.onlyHere),
      ...nameList('Of other shapes', difference.otherShape),
    ];
  const changed = [...tensors].filter((row) => row.distance > 0 || Number.isNaN(row.distance));
  const about = some ? 'about ' : '';
  return [
    `${printable(path)} against ${printable(first)}:`,
    `distance ${about}${formatNumber(distance)} (${formatPercent(relative)} of the first's norm), angle ${about}${Number.isNaN(angle) ? 'none' : `${formatNumber(angle, 3)}°`}; ${formatCount(equal)} of ${formatCount(tensors.length)} tensors are equal${some ? ' where they were read' : ''}.`,
    ...(prefix
      ? [
          `The names go with one another without the "${printable(prefix.first || prefix.other)}" before those of the ${prefix.first ? 'first' : 'second'}.`,
        ]
      : []),
    ...(renumbered ? ['The names go with one another but for the numbers that Keras gives to layers.'] : []),
    ...nameList('Only in the first', difference.onlyInFirst),
    ...nameList('Only in this one', difference.onlyHere),
    ...nameList('Of other shapes', difference.otherShape),
    ...(changed.length > 0
      ? [
          '',
          ...aligned([
            ['tensor', '', '', 'distance', 'relative', 'largest'],
            ...changed.map((row): Row => [
              row.name,
              '',
              '',
              formatNumber(row.distance),
              formatPercent(row.relative),
              formatNumber(row.largest),
            ]),
          ]),
        ]
      : []),
  ];
}

/** Of three files and more: each tensor's distance from the first file's, relative to its norm. */
function distanceTable(files: readonly ShownFile[], differences: readonly ShownDifference[]): string[] {
  const [first] = files;
  const byName = differences.map(({ tensors }) => new Map(tensors.map((row) => [row.name, row])));
  const legend = differences.map(({ path }, i) => `${i + 2}: ${printable(path)}`);
  const rows = first.tensors.map(({ name }): Row => [
    name,
    '',
    '',
    ...byName.map((known) => {
      const row = known.get(name);
      return row ? `${formatNumber(row.distance)} (${formatPercent(row.relative)})` : '–';
    }),
  ]);
  return [
    `Distances from ${printable(first.path)}, of each tensor's norm there:`,
    ...legend,
    '',
    ...aligned([
      ['tensor', '', '', ...differences.map((_, i) => String(i + 2))],
      [
        'all floats',
        '',
        '',
        ...differences.map((each) => `${formatNumber(each.distance)} (${formatPercent(each.relative)})`),
      ],
      [
        'angle',
        '',
        '',
        ...differences.map(({ angle }) => (Number.isNaN(angle) ? '–' : `${formatNumber(angle, 3)}°`)),
      ],
      ...rows,
    ]),
  ];
}

/** What is inside of files as text of fixed width: the terminal's, and the editor's document. */
export function contentsText({ files, differences }: ShownContents): string {
  const parts = files.map(fileLines);
  if (differences.length === 1) parts.push(differenceLines(differences[0], files[0].path));
  if (differences.length > 1) parts.push(distanceTable(files, differences));
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}
