import type { Report } from '../../contract/report';
import { figuresOf } from '../hover/figures';

/** The figures of two states of a checkpoint as lines of fixed width; a dash where one was not measured. */
export function figuresBeside(before: Report | undefined, now: Report | undefined): string[] {
  const [then, since] = [before, now].map((report) => (report ? figuresOf(report) : []));
  const labels = [...new Set([...then, ...since].map(({ label }) => label))];
  if (labels.length === 0) return ['Neither has been measured by the settings that hold.'];
  const valueOf = (of: typeof then, wanted: string) => of.find(({ label }) => label === wanted)?.value ?? '–';
  const rows = [
    ['', 'HEAD', 'now'],
    ...labels.map((label) => [label, valueOf(then, label), valueOf(since, label)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd());
}
