import type { ExperimentReport } from '../contract/experiment';
import { VERDICT_WORDS, figureIds, figureText, meanLines } from '../wording/experiment-figures';
import { figureName } from '../wording/figure-names';
import { formatNumber, formatSeconds } from '../wording/format-number';
import { printable } from '../core/printable';
import { table, wrap, wrapPhrases } from './table';

const MOST_COLUMNS = 100;
const LEAST_COLUMNS = 60;

/** An experiment as a person reads it in a terminal of so many columns. */
export function experimentSummary(report: ExperimentReport, columns = MOST_COLUMNS): string {
  const width = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
  const done = report.runs.filter(({ status }) => status === 'done').length;
  return [
    '',
    printable(report.title),
    ...wrap(report.question, width),
    '',
    ...wrapPhrases([...report.setting, `${report.form} form`], width),
    `${done} of ${report.runs.length} runs came to their end, ${formatSeconds(report.seconds)}`,
    '',
    ...groupLines(report, width),
    ...lineLines(report),
    ...report.verdicts.flatMap(({ verdict, sentence, reason }) => [
      ...wrap(`${VERDICT_WORDS[verdict]}: ${sentence}`, width),
      ...wrap(reason, width - 2).map((line) => `  ${line}`),
      '',
    ]),
    ...report.notes.flatMap((note) => wrap(`Note: ${note}`, width)),
    '',
  ].join('\n');
}

/** Groups down, figures across, as many side by side as there is room for. */
function groupLines(report: ExperimentReport, width: number): string[] {
  const rows = (ids: readonly string[]) =>
    table([
      ['means over seeds', ...ids.map(figureName)],
      ...report.groups.map(({ label, figures }) => [label, ...ids.map((id) => figureText(id, figures[id]))]),
    ]);
  const lines: string[] = [];
  let shown: string[] = [];
  for (const id of figureIds(report)) {
    if (shown.length > 0 && rows([...shown, id]).some((line) => line.length > width)) {
      lines.push(...rows(shown), '');
      shown = [];
    }
    shown.push(id);
  }
  return shown.length > 0 ? [...lines, ...rows(shown), ''] : lines;
}

function lineLines(report: ExperimentReport): string[] {
  return meanLines(report).flatMap(({ from, to, seeds, points }) => [
    `Loss on the line from "${printable(from)}" (t = 0) to "${printable(to)}" (t = 1), mean over ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`,
    ...table([
      ['t', ...points.map(({ t }) => formatNumber(t, 3))],
      ['training', ...points.map(({ train }) => formatNumber(train, 3))],
      ...(points.every(({ test }) => test !== undefined)
        ? [['test', ...points.map(({ test }) => formatNumber(test!, 3))]]
        : []),
    ]),
    '',
  ]);
}
