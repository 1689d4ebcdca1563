import type { Comparison } from '../../contract/comparison';
import type { PanelState } from '../../contract/panel-protocol';
import type { Report } from '../../contract/report';
import { OUTCOMES } from '../../contract/vocabulary';
import {
  comparedText,
  measureIds,
  measuresOf,
  OUTCOME_NAMES,
  outcomeOf,
} from '../../wording/comparison-figures';
import { howMeasured } from '../../wording/how-measured';
import { interpret } from '../../wording/interpretation/interpretation';
import { measureLabel } from '../../wording/measure-names';
import { figuresOf } from '../hover/figures';

type Row = readonly string[];

/**
 * What a panel shows as Markdown, for issues, pull requests and notes: of a report its figures and what they mean, of a
 * comparison the table of checkpoints. Undefined where there is neither.
 */
export function markdownOf({ title, report, document }: PanelState): string | undefined {
  const compared = document?.kind === 'experiment' ? document.comparison : document;
  if (report !== undefined) return ofReport(title, report);
  if (compared?.kind === 'comparison' && compared.reports.length > 0) return ofComparison(title, compared);
  return undefined;
}

function ofReport(title: string, report: Report): string {
  const { findings, caveats } = interpret(report);
  return whole([
    `**${escaped(title)}**`,
    escaped(howMeasured(report).join(' · ')),
    table([['', ''], ...figuresOf(report).map(({ label, value }) => [label, value])]),
    escaped([...findings, ...caveats].join(' ')),
  ]);
}

/** A row for each measure: many checkpoints make wide tables, many measures would make wider ones. */
function ofComparison(title: string, { members, reports, findings }: Comparison): string {
  const found = reports.map(measuresOf);
  const outcomes = OUTCOMES.map((outcome): Row => [
    OUTCOME_NAMES[outcome],
    ...reports.map((report) => textOf(outcomeOf(report, outcome))),
  ]);
  const measures = measureIds(reports).map((id): Row => [
    measureLabel(id),
    ...found.map((own) => textOf(own.get(id))),
  ]);
  const isKnown = ([, ...cells]: Row) => cells.some((cell) => cell !== '');
  return whole([
    `**${escaped(title)}**`,
    table([['', ...reports.map((_, i) => members[i].label)], ...[...outcomes, ...measures].filter(isKnown)]),
    escaped(findings.join(' ')),
  ]);
}

const textOf = (figure: Parameters<typeof comparedText>[0] | undefined): string =>
  figure === undefined ? '' : comparedText(figure);

/** The first row is the head. */
function table([head, ...rows]: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? ':--' : '--:')).join('|')}|`, ...rows.map(line)].join(
    '\n',
  );
}

const whole = (parts: readonly string[]): string => `${parts.filter((part) => part !== '').join('\n\n')}\n`;

/** Names come from files: what Markdown would read in them stays as it is written. */
const escaped = (text: string): string => text.replace(/[\\|*_`[\]<>#]/g, '\\$&').replace(/\s+/g, ' ');
