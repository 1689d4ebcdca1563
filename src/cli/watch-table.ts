import type { WatchEvent, Watched, WatchedFigures } from '../contract/watch';
import { printable } from '../core/printable';
import { formatNumber, formatPercent, withError } from '../wording/format-number';
import { statusSentence } from '../wording/watch-text';
import { wrap } from './table';

interface Column {
  readonly head: string;
  readonly width: number;
  readonly cell: (figures: WatchedFigures, checkpoint: Watched) => string;
}

const number = (value: number | undefined, digits = 4) =>
  value === undefined ? '' : formatNumber(value, digits);

/** In the order of the table; those at the end of `DISPENSABLE` first are left out where the terminal is narrow. */
const COLUMNS: readonly Column[] = [
  { head: 'loss', width: 9, cell: ({ loss }) => number(loss.train.value) },
  { head: 'test', width: 9, cell: ({ loss }) => number(loss.test?.value) },
  {
    head: 'accuracy',
    width: 8,
    cell: ({ accuracy }) => {
      const shown = accuracy?.test ?? accuracy?.train;
      return shown ? formatPercent(shown.value) : '';
    },
  },
  { head: 'λ₁', width: 16, cell: ({ largest }) => withError(largest.value, largest.errorBound) },
  { head: '2/η', width: 7, cell: (_, { threshold }) => number(threshold) },
  {
    head: 'trace',
    width: 14,
    cell: ({ trace }) => (trace ? withError(trace.value, trace.standardError) : ''),
  },
  { head: 'critical', width: 8, cell: ({ criticalSharpness }) => number(criticalSharpness) },
];
const DISPENSABLE = ['critical', 'test', '2/η', 'trace'];

const NAME = 24;
const GAP = '  ';

/** A table that grows by a line a checkpoint: its widths are decided before there is anything in it. */
export class WatchTable {
  private readonly columns: readonly Column[];

  /** @param columns of the terminal. */
  constructor(private readonly width = 110) {
    let shown = COLUMNS;
    for (const name of DISPENSABLE)
      if (widthOf(shown) > width) shown = shown.filter(({ head }) => head !== name);
    this.columns = shown;
  }

  get head(): string {
    return line(
      'checkpoint',
      this.columns.map(({ head, width }) => head.padStart(width)),
    );
  }

  /** The lines of a checkpoint of which all is known that will be. */
  row(checkpoint: Watched): string {
    const { figures, file } = checkpoint;
    if (figures)
      return line(
        file,
        this.columns.map(({ cell, width }) => cell(figures, checkpoint).padStart(width)),
      );
    return wrap(statusSentence(checkpoint), this.width).join('\n');
  }

  note(text: string): string {
    return wrap(`Note: ${text}`, this.width).join('\n');
  }

  event({ text }: WatchEvent): string {
    return wrap(`! ${text}`, this.width).join('\n');
  }
}

const widthOf = (columns: readonly Column[]): number =>
  NAME + columns.reduce((sum, { width }) => sum + GAP.length + width, 0);

const line = (name: string, cells: readonly string[]): string =>
  [shortened(printable(name)).padEnd(NAME), ...cells].join(GAP).trimEnd();

/** The end of a path tells more than its beginning. */
const shortened = (name: string): string => (name.length > NAME ? `…${name.slice(1 - NAME)}` : name);
