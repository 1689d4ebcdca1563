import { type Comparison, OUTCOMES } from '../shared/comparison';
import {
  type Figure,
  OUTCOME_NAMES,
  comparedText,
  measureIds,
  measuresOf,
  outcomeOf,
} from '../shared/comparison-figures';
import { formatCount } from '../shared/format-number';
import { howMeasured } from '../shared/how-measured';
import type { Report } from '../shared/report';
import { barrierLines } from './comparison-barriers';
import { epochLines } from './comparison-epochs';
import { correlationLines } from './comparison-correlations';
import { printable } from '../shared/printable';
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
    printable(comparison.title),
    ...wrapPhrases(sharedPhrases(comparison), width),
    '',
    ...figureLines(comparison, width),
    ...epochLines(comparison, width),
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
  /** The measure; undefined for an outcome. */
  readonly id: string | undefined;
  readonly name: string;
  readonly cells: readonly string[];
  /** Over what the standard errors are. */
  readonly error: string;
  /** Why there is no standard error, where there could be one. */
  readonly reason?: string;
}

const text = (figure: Figure | undefined) =>
  figure ? `${comparedText(figure)}${figure.converged === false ? ' †' : ''}` : '';

/** Few checkpoints stand side by side with every figure; many stand one under another with the main ones. */
function figureLines(comparison: Comparison, width: number): string[] {
  const { members, reports } = comparison;
  const names = members.map(({ label }) => label);
  const parameters = new Set(reports.map(({ checkpoint }) => checkpoint.parameters));
  // Of one architecture it orders checkpoints as the trace does, and its digits take the room of a column.
  const repeated = parameters.size === 1 ? 'trace-per-parameter' : undefined;
  const lines = [...outcomeColumns(reports), ...measureColumns(reports)].filter(
    ({ id }) => id === undefined || id !== repeated,
  );
  const used = (mark: string, words: string) =>
    lines.some((line) => [line.name, ...line.cells].some((cell) => cell.endsWith(mark)))
      ? [`  ${mark} ${words}`]
      : [];
  const reasons = [...new Set(lines.flatMap(({ reason }) => reason ?? []))];
  const errorText = ({ error, reason }: Line) =>
    reason === undefined ? error.replace('over ', '') : '‡'.repeat(1 + reasons.indexOf(reason));
  const marks = [
    ...used('*', 'does not move when layers are rescaled'),
    ...used('†', 'a bound, not converged: ask for the smallest eigenvalues with --bottom 1'),
    ...reasons.map((reason, i) => `  ${'‡'.repeat(i + 1)} ${reason}`),
  ];
  const side = (heads: readonly string[]) =>
    table([['', ...heads, '± over'], ...lines.map((line) => [line.name, ...line.cells, errorText(line)])]);
  const fits = (shown: readonly string[]) => shown.every((line) => line.length <= width);
  const named = side(names);
  if (fits(named)) return [...named, ...marks, ''];
  const numbered = side(names.map((_, i) => `(${i + 1})`));
  if (fits(numbered))
    return [...table(names.map((name, i) => [`(${i + 1})`, name])), '', ...numbered, ...marks, ''];
  const main = lines.filter(({ id }) => id === undefined || MAIN_MEASURES.includes(id));
  const left = lines.length - main.length;
  return [
    ...blocks(names, main, width),
    ...marks,
    ...(left > 0 ? [`  ${formatCount(left)} more measures in --json and --csv`] : []),
    ...(marks.length > 0 || left > 0 ? [''] : []),
  ];
}

const outcomeColumns = (reports: readonly Report[]): Line[] =>
  OUTCOMES.map((outcome): Line => ({
    id: undefined,
    name: OUTCOME_NAMES[outcome],
    cells: reports.map((report) => text(outcomeOf(report, outcome))),
    error: 'over rows',
  })).filter(({ cells }) => cells.some((cell) => cell !== ''));

function measureColumns(reports: readonly Report[]): Line[] {
  const found = reports.map(measuresOf);
  return measureIds(reports).map((id): Line => {
    const figures = found.map((measures) => measures.get(id));
    const given = figures.find((figure) => typeof figure?.standardError === 'number');
    const reason = given ? undefined : figures.find((figure) => figure?.reason !== undefined)?.reason;
    return {
      id,
      name: figures.some((figure) => figure?.invariant === true) ? `${id} *` : id,
      cells: figures.map(text),
      error: given?.error ?? '',
      ...(reason === undefined ? {} : { reason }),
    };
  });
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
