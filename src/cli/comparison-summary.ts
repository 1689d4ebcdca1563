import { type Comparison, OUTCOMES, type Outcome } from '../shared/comparison';
import { type Figure, OUTCOME_NAMES, measureIds, measuresOf, outcomeOf } from '../shared/comparison-figures';
import { formatCount, withError } from '../shared/format-number';
import { howMeasured } from '../shared/how-measured';
import { barrierLines } from './comparison-barriers';
import { correlationLines } from './comparison-correlations';
import { table, wrap, wrapPhrases } from './table';

const MOST_COLUMNS = 100;
const LEAST_COLUMNS = 60;

/** What a table of many checkpoints shows; the rest is in the files. */
const MAIN_MEASURES: readonly string[] = [
  'lambda-max',
  'trace',
  'keskar-1e-3',
  'sam-sharpness',
  'adaptive-worst-case',
  'average-sharpness-scaled',
  'pac-bayes-scaled',
  'relative-flatness',
  'weight-scaled-trace',
  'fisher-rao',
];

/** A comparison as a person reads it in a terminal of so many columns. */
export function comparisonSummary(comparison: Comparison, columns = MOST_COLUMNS): string {
  const width = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
  const paragraph = (text: string) => wrap(text, width);
  return [
    '',
    comparison.title,
    ...wrapPhrases(sharedPhrases(comparison), width),
    '',
    ...figureLines(comparison, width),
    ...correlationLines(comparison, width),
    ...barrierLines(comparison, width),
    ...comparison.findings.flatMap((finding) => [...paragraph(finding), '']),
    ...comparison.notes.flatMap((note) => paragraph(`Note: ${note}`)),
    '',
  ].join('\n');
}

/** What was the same for all of them. */
function sharedPhrases({ reports }: Comparison): string[] {
  const phrases = reports.map((report) => howMeasured({ ...report, cost: { ...report.cost, seconds: 0 } }));
  return (phrases[0] ?? []).filter((phrase) => phrases.every((others) => others.includes(phrase)));
}

interface Line {
  readonly name: string;
  readonly cells: readonly string[];
}

const text = (figure: Figure | undefined) => (figure ? withError(figure.value, figure.standardError) : '');

/** Few checkpoints stand side by side with every figure; many stand one under another with the main ones. */
function figureLines(comparison: Comparison, width: number): string[] {
  const { members, reports } = comparison;
  const names = members.map(({ label }) => label);
  const outcomes = OUTCOMES.map((outcome: Outcome): Line => ({
    name: OUTCOME_NAMES[outcome],
    cells: reports.map((report) => text(outcomeOf(report, outcome))),
  })).filter(({ cells }) => cells.some((cell) => cell !== ''));
  const found = reports.map(measuresOf);
  const measures = measureIds(reports).map((id) => ({
    name: id,
    cells: found.map((figures) => text(figures.get(id))),
    stays: found.some((figures) => figures.get(id)?.invariant === true),
  }));
  const lines = [
    ...outcomes,
    ...measures.map(({ name, cells, stays }) => ({ name: stays ? `${name} *` : name, cells })),
  ];
  const marked = measures.some(({ stays }) => stays) ? ['  * does not move when layers are rescaled'] : [];
  const side = table([['', ...names], ...lines.map(({ name, cells }) => [name, ...cells])]);
  if (side.every((line) => line.length <= width)) return [...side, ...marked, ''];
  const main = [...outcomes, ...measures.filter(({ name }) => MAIN_MEASURES.includes(name))];
  const left = measures.length - main.length + outcomes.length;
  return [
    ...blocks(names, main, width),
    ...(left > 0 ? [`  ${formatCount(left)} more measures in --json and --csv`, ''] : []),
  ];
}

/** Checkpoints down, figures across, as many side by side as there is room for. */
function blocks(names: readonly string[], columns: readonly Line[], width: number): string[] {
  const rows = (shown: readonly Line[]) =>
    table([
      ['', ...shown.map(({ name }) => name)],
      ...names.map((name, i) => [name, ...shown.map(({ cells }) => cells[i] ?? '')]),
    ]);
  const found: string[] = [];
  let shown: Line[] = [];
  for (const column of columns) {
    if (shown.length > 0 && rows([...shown, column]).some((line) => line.length > width)) {
      found.push(...rows(shown), '');
      shown = [];
    }
    shown.push(column);
  }
  return shown.length > 0 ? [...found, ...rows(shown), ''] : found;
}
