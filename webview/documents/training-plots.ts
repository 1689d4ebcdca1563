import type { CurvatureRecord, EpochRecord, History } from '../../src/contract/history';
import type { LineSeries, LinesOptions } from '../plots/lines';

/** One picture of a run: where there are no lines, none is shown. */
export interface TrainingPlot {
  readonly id: string;
  readonly title: string;
  readonly height: number;
  readonly settings: (history: History) => string;
  readonly lines: (history: History) => LineSeries[];
  readonly options: LinesOptions;
}

const SHARPNESS: Readonly<Record<CurvatureRecord['kind'], string>> = {
  hessian: 'largest eigenvalue of the loss being descended; dashed: where the optimizer becomes unstable',
  preconditioned:
    "largest eigenvalue in the optimizer's own metric (preconditioned); dashed: where it becomes unstable",
  batch: 'batch sharpness, since batches are smaller than the data; dashed: 2 / rate, for reference',
};

/** The pictures of a run, row by row. */
export const TRAINING_PLOTS: readonly (readonly TrainingPlot[])[] = [
  [
    {
      id: 'training-loss',
      title: 'Loss',
      height: 240,
      settings: () => 'by epoch in inference mode; dashed: the loss being descended, by step',
      lines: lossLines,
      options: { xName: 'epoch', yName: 'loss', label: 'Loss over epochs' },
    },
    {
      id: 'training-accuracy',
      title: 'Accuracy',
      height: 240,
      settings: () => 'by epoch',
      lines: ({ epochs }) =>
        epochs.every(({ train }) => train.accuracy === undefined)
          ? []
          : splits(epochs, ({ accuracy }) => accuracy),
      options: { xName: 'epoch', yName: 'accuracy', log: false, label: 'Accuracy over epochs' },
    },
  ],
  [
    {
      id: 'training-sharpness',
      title: 'Sharpness along the way',
      height: 260,
      settings: ({ curvature }) =>
        curvature.length > 0 ? SHARPNESS[curvature[curvature.length - 1].kind] : '',
      lines: ({ curvature }) => (curvature.length > 0 ? sharpnessLines(curvature) : []),
      options: {
        xName: 'step',
        yName: 'sharpness',
        label: "Sharpness over steps, and the optimizer's line",
      },
    },
  ],
  [
    {
      id: 'training-rate',
      title: 'Learning rate',
      height: 190,
      settings: () => 'by step',
      lines: ({ batchLoss }) => [
        lineOf({ name: 'rate', style: 'a' }, batchLoss, (record) => [record.step, record.learningRate]),
      ],
      options: { xName: 'step', yName: 'learning rate', label: 'Learning rate over steps' },
    },
    {
      id: 'training-distance',
      title: 'Distance from the start',
      height: 190,
      settings: () => 'Euclidean',
      lines: ({ epochs }) => [
        lineOf({ name: 'distance', style: 'b' }, epochs, (record) => [record.epoch, record.distance]),
      ],
      options: {
        xName: 'epoch',
        yName: 'distance',
        log: false,
        label: 'Distance from the start over epochs',
      },
    },
  ],
  [
    {
      id: 'training-noise',
      title: 'Gradient noise scale',
      height: 190,
      settings: () => 'in rows: a batch of this size has as much noise as gradient',
      lines: ({ epochs }) => {
        const measured = epochs.filter(({ noiseScale }) => typeof noiseScale === 'number');
        const line = { name: 'noise scale', style: 'd' };
        return measured.length === 0
          ? []
          : [lineOf(line, measured, ({ epoch, noiseScale }) => [epoch, noiseScale ?? Number.NaN])];
      },
      options: { xName: 'epoch', yName: 'rows', label: 'Gradient noise scale over epochs' },
    },
  ],
];

/** A line without a name at its end: its frame says what it is. */
function lineOf<T>(
  line: Pick<LineSeries, 'name' | 'style'>,
  records: readonly T[],
  placeOf: (record: T) => readonly [x: number, y: number],
): LineSeries {
  const places = records.map(placeOf);
  return { ...line, x: places.map(([x]) => x), y: places.map(([, y]) => y), named: false };
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
