import { formatNumber, formatPercent } from '../../src/wording/format-number';
import type { CurvatureRecord, EpochRecord, History } from '../../src/contract/history';
import type { Context } from '../context';
import { h, onChange } from '../dom';
import { plotFrame } from '../plots/frame';
import { type LineSeries, linesPlot } from '../plots/lines';
import { tableSection } from '../sections/table-section';
import { sortableTable } from '../table';
import type { DocumentPart } from './part';

/** A run of training: loss, accuracy, rate, and the sharpness along the way under the optimizer's line. */
export function trainingPart(context: Context): DocumentPart<History> {
  const loss = plotFrame(context, 'training-loss', 'Loss', 240);
  const accuracy = plotFrame(context, 'training-accuracy', 'Accuracy', 240);
  const sharpness = plotFrame(context, 'training-sharpness', 'Sharpness along the way', 260);
  const rate = plotFrame(context, 'training-rate', 'Learning rate', 190);
  const distance = plotFrame(context, 'training-distance', 'Distance from the start', 190);
  const noise = plotFrame(context, 'training-noise', 'Gradient noise scale', 190);
  const epochs = tableSection(context, 'epochs', 'Epochs');
  const table = sortableTable<EpochRecord>(context, {
    id: 'epochs',
    name: 'Epochs',
    columns: [...COLUMNS, checkpointColumn(context)],
    sort: { column: 'epoch', descending: true },
    limit: 12,
  });
  epochs.setTable(table.element);
  const element = h(
    'div',
    { class: 'part' },
    h('div', { class: 'pair' }, loss.element, accuracy.element),
    sharpness.element,
    h('div', { class: 'pair' }, rate.element, distance.element),
    noise.element,
    epochs.element,
  );
  const show = onChange((history: History) => {
    const { epochs: records, curvature, batchLoss } = history;
    loss.update({
      settings: 'by epoch in inference mode; dashed: the loss being descended, by step',
      draw: (size) =>
        linesPlot(lossLines(history), size, 'training-loss', {
          xName: 'epoch',
          yName: 'loss',
          label: 'Loss over epochs',
        }),
    });
    accuracy.element.hidden = records.every(({ train }) => train.accuracy === undefined);
    accuracy.update({
      settings: 'by epoch',
      draw: (size) =>
        linesPlot(
          splits(records, ({ accuracy }) => accuracy),
          size,
          'training-accuracy',
          { xName: 'epoch', yName: 'accuracy', log: false, label: 'Accuracy over epochs' },
        ),
    });
    sharpness.element.hidden = curvature.length === 0;
    sharpness.update({
      settings: curvature.length > 0 ? SHARPNESS[curvature[curvature.length - 1].kind] : '',
      draw: (size) =>
        linesPlot(sharpnessLines(curvature), size, 'training-sharpness', {
          xName: 'step',
          yName: 'sharpness',
          label: "Sharpness over steps, and the optimizer's line",
        }),
    });
    rate.update({
      settings: 'by step',
      draw: (size) =>
        linesPlot(
          [
            one(
              'rate',
              'a',
              batchLoss,
              ({ step }) => step,
              ({ learningRate }) => learningRate,
            ),
          ],
          size,
          'training-rate',
          { xName: 'step', yName: 'learning rate', label: 'Learning rate over steps' },
        ),
    });
    distance.update({
      settings: 'Euclidean',
      draw: (size) =>
        linesPlot(
          [
            one(
              'distance',
              'b',
              records,
              ({ epoch }) => epoch,
              (record) => record.distance,
            ),
          ],
          size,
          'training-distance',
          { xName: 'epoch', yName: 'distance', log: false, label: 'Distance from the start over epochs' },
        ),
    });
    const measured = records.filter(({ noiseScale }) => typeof noiseScale === 'number');
    noise.element.hidden = measured.length === 0;
    noise.update({
      settings: 'in rows: a batch of this size has as much noise as gradient',
      draw: (size) =>
        linesPlot(
          [
            one(
              'noise scale',
              'd',
              measured,
              ({ epoch }) => epoch,
              ({ noiseScale }) => noiseScale ?? Number.NaN,
            ),
          ],
          size,
          'training-noise',
          { xName: 'epoch', yName: 'rows', label: 'Gradient noise scale over epochs' },
        ),
    });
    table.update(records);
    epochs.setNumbers({
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
    });
  });
  return { element, update: show };
}

const SHARPNESS: Readonly<Record<CurvatureRecord['kind'], string>> = {
  hessian: 'largest eigenvalue of the loss being descended; dashed: where the optimizer becomes unstable',
  preconditioned:
    "largest eigenvalue in the optimizer's own metric (preconditioned); dashed: where it becomes unstable",
  batch: 'batch sharpness, since batches are smaller than the data; dashed: 2 / rate, for reference',
};

function one<T>(
  name: string,
  style: string,
  records: readonly T[],
  x: (record: T) => number,
  y: (record: T) => number,
): LineSeries {
  return { name, style, x: records.map(x), y: records.map(y), named: false };
}

function splits(
  records: readonly EpochRecord[],
  value: (pair: { loss: number; accuracy?: number }) => number | undefined,
): LineSeries[] {
  return (['train', 'validation', 'test'] as const).flatMap((split, i) => {
    const present = records.filter((record) => record[split] && value(record[split]) !== undefined);
    if (present.length === 0) return [];
    return [
      {
        name: split,
        style: ['a', 'c', 'b'][i],
        x: present.map(({ epoch }) => epoch),
        y: present.map((record) => value(record[split]!)!),
      },
    ];
  });
}

function lossLines({ epochs, batchLoss, stepsPerEpoch }: History): LineSeries[] {
  return [
    ...splits(epochs, ({ loss }) => loss),
    {
      name: 'descended',
      style: 'f dash',
      x: batchLoss.map(({ step }) => step / stepsPerEpoch),
      y: batchLoss.map(({ loss }) => loss),
      named: false,
    },
  ];
}

function sharpnessLines(records: readonly CurvatureRecord[]): LineSeries[] {
  const x = records.map(({ step }) => step);
  const count = Math.max(0, ...records.map(({ largest }) => largest.length));
  const batches = records.some(({ batchSharpness }) => batchSharpness);
  return [
    ...Array.from({ length: count }, (_, k) => ({
      name: k === 0 ? 'λ₁' : `λ${'₀₁₂₃₄₅₆₇₈₉'[k + 1] ?? ''}`,
      style: k === 0 ? 'a' : 'a test',
      x,
      y: records.map(({ largest }) => largest[k] ?? Number.NaN),
    })),
    ...(batches
      ? [
          {
            name: 'batch sharpness',
            style: 'a',
            x,
            y: records.map(({ batchSharpness }) => batchSharpness?.value ?? Number.NaN),
            error: records.map(({ batchSharpness }) => batchSharpness?.standardError ?? null),
          },
        ]
      : []),
    {
      name: batches ? '2 / rate' : 'stability',
      style: 'b dash',
      x,
      y: records.map(({ threshold }) => threshold ?? Number.NaN),
    },
  ];
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
const checkpointColumn = ({ host }: Context) => ({
  label: 'checkpoint',
  cell: ({ checkpoint }: EpochRecord) =>
    checkpoint === undefined || !host.interactive
      ? (checkpoint ?? '')
      : h(
          'span',
          {},
          `${checkpoint} `,
          h(
            'button',
            {
              class: 'link',
              'aria-label': `Analyze ${checkpoint}`,
              onclick: () => host.post({ type: 'analyzeFile', file: checkpoint }),
            },
            'Analyze',
          ),
        ),
});
