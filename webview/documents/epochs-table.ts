import { formatNumber, formatPercent } from '../../src/wording/format-number';
import type { EpochRecord } from '../../src/contract/history';
import type { Context } from '../context';
import type { PlotTable } from '../plots/plot';
import { tableSection } from '../sections/table-section';
import { sortableTable } from '../table';
import { analyzedFile } from './analyzed-file';

/** The epochs of a run, the newest first, each with its checkpoint. */
export function epochsTable(context: Context): {
  readonly element: HTMLElement;
  update(records: readonly EpochRecord[]): void;
} {
  const section = tableSection(context, 'epochs', 'Epochs');
  const table = sortableTable<EpochRecord>(context, {
    id: 'epochs',
    name: 'Epochs',
    columns: [...COLUMNS, checkpointColumn(context)],
    sort: { column: 'epoch', descending: true },
    limit: 12,
  });
  section.setTable(table.element);
  return {
    element: section.element,
    update(records) {
      table.update(records);
      section.setNumbers(numbersOf(records));
    },
  };
}

function numbersOf(records: readonly EpochRecord[]): PlotTable {
  return {
    columns: [
      'epoch',
      'step',
      'learning rate',
      'train loss',
      'train accuracy',
      'validation loss',
      'test loss',
      'test accuracy',
      'distance',
    ],
    rows: records.map((r) => [
      r.epoch,
      r.step,
      r.learningRate,
      r.train.loss,
      r.train.accuracy ?? null,
      r.validation?.loss ?? null,
      r.test?.loss ?? null,
      r.test?.accuracy ?? null,
      r.distance,
    ]),
  };
}

const number = (value: number | undefined) => (value === undefined ? '' : formatNumber(value, 4));
const percent = (value: number | undefined) => (value === undefined ? '' : formatPercent(value));

const COLUMNS = [
  {
    label: 'epoch',
    numeric: true,
    sortBy: (r: EpochRecord) => r.epoch,
    cell: (r: EpochRecord) => String(r.epoch),
  },
  { label: 'rate', numeric: true, cell: (r: EpochRecord) => number(r.learningRate) },
  {
    label: 'train loss',
    numeric: true,
    sortBy: (r: EpochRecord) => r.train.loss,
    cell: (r: EpochRecord) => number(r.train.loss),
  },
  {
    label: 'validation loss',
    numeric: true,
    sortBy: (r: EpochRecord) => r.validation?.loss,
    cell: (r: EpochRecord) => number(r.validation?.loss),
  },
  {
    label: 'test loss',
    numeric: true,
    sortBy: (r: EpochRecord) => r.test?.loss,
    cell: (r: EpochRecord) => number(r.test?.loss),
  },
  {
    label: 'test accuracy',
    numeric: true,
    sortBy: (r: EpochRecord) => r.test?.accuracy,
    cell: (r: EpochRecord) => percent(r.test?.accuracy),
  },
];

/** The checkpoint of an epoch with what it is there for. */
const checkpointColumn = (context: Context) => ({
  label: 'checkpoint',
  cell: ({ checkpoint }: EpochRecord) =>
    checkpoint === undefined || !context.host.interactive
      ? (checkpoint ?? '')
      : analyzedFile(context, checkpoint),
});
