import type { Comparison, Correlation } from '../contract/comparison';
import { OUTCOMES, type Outcome } from '../contract/vocabulary';
import { OUTCOME_NAMES, measuresOf, outcomeOf } from '../wording/comparison-figures';
import { formatNumber } from '../wording/format-number';
import { pairCounts } from '../core/pair-counts';
import { tauTable } from '../wording/tau-table';
import { table, wrap } from './table';

/** Measures that are named with their figures; the others of a group are counted. */
const MOST_NAMED = 5;
const MOST_NOTES = 4;

/** Kendall's tau-b of every measure as a table, and in words what goes with what, and what speaks against it. */
export function correlationLines(comparison: Comparison, width: number): string[] {
  const defined = comparison.correlations.filter(({ tau }) => tau !== null);
  if (defined.length === 0) return [];
  const outcomes = OUTCOMES.filter((outcome) => defined.some((each) => each.outcome === outcome));
  const { rows, legend } = tauTable(comparison);
  return [
    ...table(rows),
    '',
    ...(legend === undefined ? [] : [...wrap(legend, width), '']),
    ...outcomes.flatMap((outcome) => [...wrap(paragraph(comparison, defined, outcome), width), '']),
    ...notesOn(defined).flatMap((note) => [...wrap(note, width), '']),
  ];
}

/** What keeps a reader from making too much of the figures, each sentence once. */
const notesOn = (correlations: readonly Correlation[]): string[] =>
  [...new Set(correlations.flatMap(({ note }) => note ?? []))].slice(0, MOST_NOTES);

/** Which measures surely go with an outcome, which surely against it, and which are open. */
function paragraph(comparison: Comparison, defined: readonly Correlation[], outcome: Outcome): string {
  const found = defined
    .filter((each) => each.outcome === outcome)
    .sort((a, b) => Math.abs(b.tau!) - Math.abs(a.tau!));
  const over = found.find(({ interval }) => interval)?.interval;
  const count = (wanted: number) => found.filter(({ tau }) => Math.sign(tau!) === wanted).length;
  const [first] = found;
  const head = `${first.count} checkpoints and the ${OUTCOME_NAMES[outcome]}`;
  if (!over) {
    const counts = `${count(1)} of ${found.length} measures rise with it, ${count(-1)} fall as it rises${count(0) > 0 ? `, ${count(0)} do neither` : ''}; no interval says how surely. The strongest: ${figures(comparison, first)}.`;
    return `${head}: ${counts}`;
  }
  const sign = ({ interval }: Correlation) =>
    interval === null ? NaN : interval.low > 0 ? 1 : interval.high < 0 ? -1 : 0;
  const group = (wanted: number, verb: (count: number) => string) => {
    const all = found.filter((each) => sign(each) === wanted);
    if (all.length === 0) return [];
    const named = all.slice(0, MOST_NAMED).map((each) => figures(comparison, each));
    const more = all.length > MOST_NAMED ? [`${all.length - MOST_NAMED} more`] : [];
    return [`${all.length} ${verb(all.length)} (${[...named, ...more].join('; ')})`];
  };
  const groups = [
    ...group(1, (many) => `${many === 1 ? 'rises' : 'rise'} with it`),
    ...group(-1, (many) => `${many === 1 ? 'falls' : 'fall'} as it rises`),
    ...group(0, (many) => `${many === 1 ? 'is' : 'are'} open, the interval holding zero`),
  ];
  const intervals = `by intervals of ${100 * over.level} % over ${over.over}, of ${found.length} measures`;
  return `${head}, ${intervals}: ${groups.join('; ')}.`;
}

/** `lambda-max 0.42, −0.1 to 0.81, 13 of 55 pairs against it, −0.2 within rate`. */
function figures(
  { reports }: Comparison,
  { measure, outcome, tau, interval, granulated }: Correlation,
): string {
  const points = reports.flatMap((report) => {
    const [x, y] = [measuresOf(report).get(measure)?.value, outcomeOf(report, outcome)?.value];
    return x === undefined || y === undefined ? [] : [[x, y]];
  });
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const { concordant, discordant } = pairCounts(xs, ys);
  const against = tau! >= 0 ? discordant : concordant;
  const range = interval ? `, ${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)}` : '';
  const within = granulated.map((each) => `, ${formatNumber(each.tau, 2)} within ${each.hyperparameter}`);
  return `${measure} ${formatNumber(tau!, 2)}${range}, ${against} of ${concordant + discordant} pairs against it${within.join('')}`;
}
