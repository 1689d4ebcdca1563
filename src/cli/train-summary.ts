import { formatCount, formatNumber, formatPercent, formatSeconds } from '../wording/format-number';
import type { CurvatureRecord, EpochRecord, History } from '../contract/history';
import { printable } from '../core/printable';
import { table, thinned, wrap, wrapPhrases } from './table';

const MOST_COLUMNS = 100;
const LEAST_COLUMNS = 60;
/** Rows of the table; those between are left out evenly. */
const MOST_ROWS = 12;

const ENDINGS: Readonly<Record<History['status'], string>> = {
  running: 'under way',
  complete: 'complete',
  cancelled: 'stopped',
  diverged: 'diverged',
};

/** A run of training as a person reads it in a terminal of so many columns. `folder` is where its files are. */
export function trainSummary(history: History, folder: string, columns = MOST_COLUMNS): string {
  const width = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
  const { data, epochs } = history;
  return [
    '',
    `${printable(history.name)}: ${ENDINGS[history.status]}`,
    ...wrapPhrases(
      [
        `${history.model.name}, ${formatCount(history.model.parameters)} parameters`,
        `${formatCount(data.trainRows)} training rows`,
        ...(data.validationRows > 0 ? [`${formatCount(data.validationRows)} for validation`] : []),
        ...(data.testRows > 0 ? [`${formatCount(data.testRows)} test rows`] : []),
        history.loss,
        `${history.backend}, ${history.precision}`,
        `${formatCount(epochs[epochs.length - 1]?.step ?? 0)} steps in ${formatSeconds(history.seconds)}`,
      ],
      width,
    ),
    '',
    ...table([headOf(history), ...thinned(epochs, MOST_ROWS).map((epoch) => rowOf(epoch, history))]),
    '',
    ...curvatureLines(history.curvature),
    ...history.notes.flatMap((note) => wrap(`Note: ${note}`, width)),
    ...wrap(`Checkpoints and history.json are in ${folder}.`, width),
    '',
  ].join('\n');
}

const hasValidation = ({ data }: History): boolean => data.validationRows > 0;
const hasTest = ({ data }: History): boolean => data.testRows > 0;

const headOf = (history: History): string[] => [
  'epoch',
  'step',
  'rate',
  'train loss',
  '',
  ...(hasValidation(history) ? ['validation', ''] : []),
  ...(hasTest(history) ? ['test loss', ''] : []),
  'distance',
];

function rowOf(epoch: EpochRecord, history: History): string[] {
  const pair = (figures: EpochRecord['train'] | undefined): string[] => [
    figures ? formatNumber(figures.loss) : '',
    figures?.accuracy === undefined ? '' : formatPercent(figures.accuracy),
  ];
  return [
    String(epoch.epoch),
    String(epoch.step),
    formatNumber(epoch.learningRate, 3),
    ...pair(epoch.train),
    ...(hasValidation(history) ? pair(epoch.validation) : []),
    ...(hasTest(history) ? pair(epoch.test) : []),
    formatNumber(epoch.distance, 3),
  ];
}

const KINDS: Readonly<Record<CurvatureRecord['kind'], string>> = {
  hessian: 'sharpness',
  preconditioned: 'preconditioned sharpness',
  batch: 'batch sharpness',
};

/** The sharpness along the way against the line of stability. */
function curvatureLines(records: readonly CurvatureRecord[]): string[] {
  if (records.length === 0) return [];
  const rows = thinned(records, MOST_ROWS).map(({ step, largest, batchSharpness, threshold, kind }) => {
    const value = batchSharpness?.value ?? largest[0];
    return [
      String(step),
      value === undefined ? '' : formatNumber(value),
      batchSharpness ? `± ${formatNumber(batchSharpness.standardError, 2)}` : '',
      threshold === null ? '' : formatNumber(threshold),
      KINDS[kind],
    ];
  });
  return [...table([['step', 'sharpness', '', 'stable below', ''], ...rows]), ''];
}
