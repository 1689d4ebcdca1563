import type { Watched } from '../../src/contract/watch';
import { formatNumber, formatPercent, withError } from '../../src/wording/format-number';
import { statusText } from '../../src/wording/watch-text';
import type { Context } from '../context';
import { h } from '../dom';
import type { PlotTable } from '../plots/plot';
import { tableSection } from '../sections/table-section';
import { type Column, sortableTable } from '../table';
import { analyzedFile } from './analyzed-file';

/** The checkpoints of a run that is watched, the newest first, also those without figures and why. */
export function watchedTable(context: Context): {
  readonly element: HTMLElement;
  update(checkpoints: readonly Watched[]): void;
} {
  const section = tableSection(context, 'watched', 'Checkpoints');
  const table = sortableTable<Watched>(context, {
    id: 'watched',
    name: 'Checkpoints',
    columns: [fileColumn(context), ...COLUMNS],
    sort: { column: 'found', descending: true },
    limit: 12,
  });
  section.setTable(table.element);
  return {
    element: section.element,
    update(checkpoints) {
      section.element.hidden = checkpoints.length === 0;
      table.update(checkpoints);
      section.setNumbers(numbersOf(checkpoints));
    },
  };
}

/** Its name, why it has no figures where it has none, and what analyzes it whole. */
const fileColumn = (context: Context): Column<Watched> => ({
  label: 'checkpoint',
  className: 'name',
  sortBy: ({ place, file }) => place?.value ?? file,
  cell: (checkpoint) => {
    const cell = analyzedFile(context, checkpoint.file, checkpoint.status !== 'gone');
    if (!checkpoint.figures) cell.append(h('div', {}, statusText(checkpoint)));
    return cell;
  },
});

const number = (value: number | undefined) => (value === undefined ? '' : formatNumber(value, 4));

const COLUMNS: readonly Column<Watched>[] = [
  {
    label: 'loss',
    numeric: true,
    sortBy: ({ figures }) => figures?.loss.train.value,
    cell: ({ figures }) => number(figures?.loss.train.value),
  },
  {
    label: 'test accuracy',
    numeric: true,
    sortBy: ({ figures }) => figures?.accuracy?.test?.value,
    cell: ({ figures }) => (figures?.accuracy?.test ? formatPercent(figures.accuracy.test.value) : ''),
  },
  {
    label: 'λ₁',
    numeric: true,
    sortBy: ({ figures }) => figures?.largest.value,
    cell: ({ figures }) => (figures ? withError(figures.largest.value, figures.largest.errorBound) : ''),
  },
  { label: '2 / rate', numeric: true, className: 'spare', cell: ({ threshold }) => number(threshold) },
  {
    label: 'trace',
    numeric: true,
    className: 'sparest',
    sortBy: ({ figures }) => figures?.trace?.value,
    cell: ({ figures }) =>
      figures?.trace ? withError(figures.trace.value, figures.trace.standardError) : '',
  },
  {
    label: 'critical',
    numeric: true,
    className: 'spare',
    sortBy: ({ figures }) => figures?.criticalSharpness,
    cell: ({ figures }) => number(figures?.criticalSharpness),
  },
  {
    label: 'found',
    numeric: true,
    className: 'spare',
    sortBy: ({ id }) => id,
    cell: ({ id }) => String(id),
  },
];

function numbersOf(checkpoints: readonly Watched[]): PlotTable {
  return {
    columns: [
      ...['checkpoint', 'status', 'place', 'train loss', 'test loss', 'train accuracy', 'test accuracy'],
      ...['lambda 1', 'error bound', 'lowest at most', 'trace', 'trace standard error', 'critical sharpness'],
      ...['learning rate', 'threshold', 'sha256'],
    ],
    rows: checkpoints.map(({ file, status, place, figures, learningRate, threshold, sha256 }) =>
      [
        ...[file, status, place?.value, figures?.loss.train.value, figures?.loss.test?.value],
        ...[figures?.accuracy?.train.value, figures?.accuracy?.test?.value],
        ...[figures?.largest.value, figures?.largest.errorBound, figures?.lowest],
        ...[figures?.trace?.value, figures?.trace?.standardError, figures?.criticalSharpness],
        ...[learningRate, threshold, sha256],
      ].map((value) => value ?? null),
    ),
  };
}
