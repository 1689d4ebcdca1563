import type { Comparison } from '../contract/comparison';
import { OUTCOMES } from '../contract/vocabulary';
import {
  type Figure,
  OUTCOME_NAMES,
  comparedText,
  measureIds,
  measuresOf,
  outcomeOf,
} from '../wording/comparison-figures';
import { barMarks } from '../wording/bar-marks';
import { formatCount } from '../wording/format-number';
import { howMeasured } from '../wording/how-measured';
import type { Report } from '../contract/report';
import { barrierLines } from './comparison-barriers';
import { epochLines } from './comparison-epochs';
import { correlationLines } from './comparison-correlations';
import { printable } from '../core/printable';
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
  /** The mark of the reason why none of its figures has a bar, or ''. */
  readonly missing: string;
}

/** A line before its figures are text. */
interface Figures extends Pick<Line, 'id' | 'name' | 'error'> {
  readonly figures: readonly (Figure | undefined)[];
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
  const found = [...outcomeColumns(reports), ...measureColumns(reports)].filter(
    ({ id }) => id === undefined || id !== repeated,
  );
  const bars = barMarks(found.map(({ figures }) => figures));
  const lines = found.map(({ figures, ...line }): Line => ({
    ...line,
    missing: bars.ofLine(figures),
    cells: figures.map((figure) => marked(text(figure), bars.ofFigure(figure, figures))),
  }));
  const used = (mark: string, words: string) =>
    lines.some((line) => [line.name, ...line.cells].some((cell) => cell.split(' ').includes(mark)))
      ? [`  ${mark} ${words}`]
      : [];
  const marks = [
    ...used('*', 'does not move when layers are rescaled'),
    ...used('†', 'a bound, not converged: ask for the smallest eigenvalues with --bottom 1'),
    ...bars.notes.map((note) => `  ${note}`),
  ];
  const side = (heads: readonly string[]) =>
    table([
      ['', ...heads, '± over'],
      ...lines.map((line) => [line.name, ...line.cells, line.missing || line.error.replace('over ', '')]),
    ]);
  const fits = (shown: readonly string[]) => shown.every((line) => line.length <= width);
  const named = side(names);
  if (fits(named)) return [...named, ...marks, ''];
  const numbered = side(names.map((_, i) => `(${i + 1})`));
  if (fits(numbered))
    return [...table(names.map((name, i) => [`(${i + 1})`, name])), '', ...numbered, ...marks, ''];
  const main = lines.filter(({ id }) => id === undefined || MAIN_MEASURES.includes(id));
  const left = lines.length - main.length;
  return [
    ...blocks(
      names,
      main.map((line) => ({ ...line, name: marked(line.name, line.missing) })),
      width,
    ),
    ...marks,
    ...(left > 0 ? [`  ${formatCount(left)} more measures in --json and --csv`] : []),
    ...(marks.length > 0 || left > 0 ? [''] : []),
  ];
}

const marked = (words: string, mark: string) => (mark === '' ? words : `${words} ${mark}`);

const outcomeColumns = (reports: readonly Report[]): Figures[] =>
  OUTCOMES.map((outcome) => ({
    id: undefined,
    name: OUTCOME_NAMES[outcome],
    figures: reports.map((report) => outcomeOf(report, outcome)),
    error: 'over rows',
  })).filter(({ figures }) => figures.some((figure) => figure !== undefined));

function measureColumns(reports: readonly Report[]): Figures[] {
  const found = reports.map(measuresOf);
  return measureIds(reports).map((id) => {
    const figures = found.map((measures) => measures.get(id));
    const given = figures.find((figure) => typeof figure?.standardError === 'number');
    return {
      id,
      name: figures.some((figure) => figure?.invariant === true) ? `${id} *` : id,
      figures,
      error: given?.error ?? '',
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
