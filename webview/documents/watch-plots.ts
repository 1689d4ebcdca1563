import type { Watched, WatchedFigures } from '../../src/contract/watch';
import type { LineSeries, LinesOptions } from '../plots/lines';

/** A checkpoint with its figures, and where on the axis it stands. */
export interface Placed {
  readonly x: number;
  readonly checkpoint: Watched;
  readonly figures: WatchedFigures;
}

/** One picture of a run that is watched: where there are no lines, none is shown. */
export interface WatchPlot {
  readonly id: string;
  readonly title: string;
  readonly height: number;
  /** What its lines are, of those that there are. */
  readonly settings: (placed: readonly Placed[]) => string;
  readonly lines: (placed: readonly Placed[]) => LineSeries[];
  readonly options: Omit<LinesOptions, 'xName'>;
}

/** The pictures, row by row. */
export const WATCH_PLOTS: readonly (readonly WatchPlot[])[] = [
  [
    {
      id: 'watch-sharpness',
      title: 'Sharpness',
      height: 280,
      settings: (placed) =>
        [
          'λ₁ with its numeric bound',
          ...(placed.some(({ checkpoint }) => checkpoint.threshold !== undefined)
            ? ['dashed: 2 / learning rate, above which gradient descent is unstable']
            : []),
          ...(placed.some(({ figures }) => figures.criticalSharpness !== undefined)
            ? ['critical sharpness: 2 / the smallest step that does not lower the loss']
            : []),
        ].join(' · '),
      lines: (placed) => [
        ...line({ name: 'λ₁', style: 'a' }, placed, ({ largest }) => [largest.value, largest.errorBound]),
        ...line({ name: 'critical', style: 'd' }, placed, ({ criticalSharpness }) => [criticalSharpness]),
        ...line({ name: '2 / rate', style: 'b dash' }, placed, (_, { threshold }) => [threshold]),
      ],
      options: {
        yName: 'curvature',
        marks: true,
        errorName: 'error bound',
        label: 'Largest eigenvalue and critical sharpness of each checkpoint, and 2 / learning rate',
      },
    },
  ],
  [
    {
      id: 'watch-loss',
      title: 'Loss',
      height: 220,
      settings: () => 'one standard error over rows',
      lines: (placed) => splits(placed, ({ loss }) => loss),
      options: { yName: 'loss', marks: true, label: 'Loss of each checkpoint' },
    },
    {
      id: 'watch-accuracy',
      title: 'Accuracy',
      height: 220,
      settings: () => 'one standard error over rows',
      lines: (placed) => splits(placed, ({ accuracy }) => accuracy),
      options: { yName: 'accuracy', log: false, marks: true, label: 'Accuracy of each checkpoint' },
    },
  ],
  [
    {
      id: 'watch-trace',
      title: 'Trace of the Hessian',
      height: 220,
      settings: () => 'one standard error over probes',
      lines: (placed) =>
        line({ name: 'trace', style: 'c', named: false }, placed, ({ trace }) => [
          trace?.value,
          trace?.standardError,
        ]),
      options: { yName: 'trace', marks: true, label: 'Trace of the Hessian of each checkpoint' },
    },
    {
      id: 'watch-gradient',
      title: 'Gradient norm',
      height: 220,
      settings: () => 'of the rows that were measured',
      lines: (placed) =>
        line({ name: 'gradient norm', style: 'e', named: false }, placed, ({ gradientNorm }) => [
          gradientNorm,
        ]),
      options: { yName: 'gradient norm', marks: true, label: 'Gradient norm of each checkpoint' },
    },
  ],
];

/** By epoch or step where all say theirs, else in the order in which they came. */
export function placed(checkpoints: readonly Watched[]): {
  readonly xName: string;
  readonly all: readonly Placed[];
} {
  const measured = checkpoints.flatMap((checkpoint) =>
    checkpoint.figures ? [{ checkpoint, figures: checkpoint.figures }] : [],
  );
  const units = new Set(measured.map(({ checkpoint }) => checkpoint.place?.unit));
  const [unit] = units;
  if (units.size === 1 && unit !== undefined) {
    const all = measured.map((each) => ({ ...each, x: each.checkpoint.place?.value ?? 0 }));
    return { xName: unit, all: all.sort((a, b) => a.x - b.x) };
  }
  return { xName: 'checkpoint', all: measured.map((each, i) => ({ ...each, x: i + 1 })) };
}

type Value = readonly [value: number | undefined, error?: number | null | undefined];

/** None where no checkpoint has the figure. */
function line(
  style: Pick<LineSeries, 'name' | 'style' | 'named'>,
  all: readonly Placed[],
  valueOf: (figures: WatchedFigures, checkpoint: Watched) => Value,
): LineSeries[] {
  const points = all.flatMap(({ x, figures, checkpoint }) => {
    const [value, error = null] = valueOf(figures, checkpoint);
    return value === undefined ? [] : [{ x, value, error }];
  });
  if (points.length === 0) return [];
  return [
    {
      ...style,
      x: points.map(({ x }) => x),
      y: points.map(({ value }) => value),
      error: points.map(({ error }) => error),
    },
  ];
}

function splits(
  all: readonly Placed[],
  pairOf: (figures: WatchedFigures) => WatchedFigures['loss'] | undefined,
): LineSeries[] {
  return (['train', 'test'] as const).flatMap((split, i) =>
    line({ name: split, style: ['a', 'b'][i] }, all, (figures) => {
      const found = pairOf(figures)?.[split];
      return [found?.value, found?.standardError];
    }),
  );
}
