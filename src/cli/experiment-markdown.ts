import type { ExperimentReport } from '../contract/experiment';
import { VERDICT_WORDS, figureIds, figureText, meanLines } from '../wording/experiment-figures';
import { figureName } from '../wording/figure-names';
import { formatNumber, formatSeconds } from '../wording/format-number';
import { tauTable } from '../wording/tau-table';

/** Above this many groups they stand down the table, and figures across. */
const MOST_ACROSS = 6;

/** An experiment as a page of Markdown. `command` runs it again. */
export function experimentMarkdown(report: ExperimentReport, command: string): string {
  const sections = [
    `# ${report.title}`,
    `**${report.question}**`,
    ...(report.background ? [report.background] : []),
    '## What was found here',
    report.verdicts
      .map(({ verdict, sentence, reason }) => `- **${VERDICT_WORDS[verdict]}:** ${sentence}\n\n  ${reason}`)
      .join('\n\n'),
    '## Figures',
    'Means over seeds with their standard error.',
    groupTable(report),
    ...lineSections(report),
    ...tauSection(report),
    '## Setting',
    [...report.setting, `${report.form} form, ${doneOf(report)}, ${formatSeconds(report.seconds)}`]
      .map((phrase) => `- ${phrase}`)
      .join('\n'),
    ...(report.notes.length > 0 ? [report.notes.map((note) => `- ${note}`).join('\n')] : []),
    `To run it: \`${command}\``,
  ];
  return `${sections.join('\n\n')}\n`;
}

function doneOf({ runs }: ExperimentReport): string {
  const done = runs.filter(({ status }) => status === 'done').length;
  return `${done} of ${runs.length} runs came to their end`;
}

const escaped = (text: string) => text.replaceAll('|', '\\|');

/** A table whose columns are as wide as their widest cell, numbers to the right: as prettier writes it. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(escaped));
  const widths = cells[0].map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function groupTable(report: ExperimentReport): string {
  const ids = figureIds(report);
  const { groups } = report;
  return groups.length <= MOST_ACROSS
    ? markdownTable([
        ['', ...groups.map(({ label }) => label)],
        ...ids.map((id) => [figureName(id), ...groups.map(({ figures }) => figureText(id, figures[id]))]),
      ])
    : markdownTable([
        ['', ...ids.map(figureName)],
        ...groups.map(({ label, figures }) => [label, ...ids.map((id) => figureText(id, figures[id]))]),
      ]);
}

/** How measures go with outcomes over the runs, and within groups that differ in one setting alone. */
function tauSection({ comparison }: ExperimentReport): string[] {
  const { rows, legend } = tauTable(comparison ?? { correlations: [] });
  return rows.length === 0
    ? []
    : ['## Measures and outcomes', markdownTable(rows), ...(legend === undefined ? [] : [legend])];
}

function lineSections(report: ExperimentReport): string[] {
  return meanLines(report).flatMap(({ from, to, seeds, points }) => [
    `Loss on the straight line from "${from}" (t = 0) to "${to}" (t = 1), mean over ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}:`,
    markdownTable([
      ['t', ...points.map(({ t }) => formatNumber(t, 3))],
      ['training loss', ...points.map(({ train }) => formatNumber(train, 3))],
      ...(points.every(({ test }) => test !== undefined)
        ? [['test loss', ...points.map(({ test }) => formatNumber(test!, 3))]]
        : []),
    ]),
  ]);
}
