import type { Along, Path } from '../../src/contract/path';
import type { Picture, PictureMark } from '../../src/contract/surface';
import { subscript } from '../../src/wording/format-number';
import { colourOfRun } from '../../src/wording/path-runs';
import type { Context } from '../context';
import { h } from '../dom';
import type { LineSeries } from '../plots/lines';
import { type LinesFrame, linesFrame } from '../plots/lines-frame';

/** A checkpoint on its path. */
interface Stop {
  readonly mark: PictureMark;
  readonly along: Along;
}

interface Curve {
  readonly value: (stop: Stop) => number | null | undefined;
  readonly error?: (stop: Stop) => number | null | undefined;
  /** Beside the first of its chart, which is drawn solid. */
  readonly beside?: string;
}

interface Chart {
  readonly id: string;
  readonly title: string;
  readonly yName: string;
  readonly settings: string;
  readonly curves: readonly Curve[];
}

const CHARTS: readonly Chart[] = [
  {
    id: 'path-loss',
    title: 'Loss',
    yName: 'training loss',
    settings: 'dashed: on the plane',
    curves: [
      { value: ({ mark }) => mark.loss },
      { value: ({ mark }) => mark.lossOnPlane, beside: 'on the plane' },
    ],
  },
  {
    id: 'path-gradient',
    title: 'Gradient norm',
    yName: 'gradient norm',
    settings: 'bars: over rows',
    curves: [
      {
        value: ({ along }) => along.gradientNorm?.value,
        error: ({ along }) => along.gradientNorm?.standardError,
      },
    ],
  },
  {
    id: 'path-largest',
    title: 'Largest eigenvalue',
    yName: `λ${subscript(1)}`,
    settings: 'bars: bounds',
    curves: [{ value: ({ along }) => along.largest?.value, error: ({ along }) => along.largest?.errorBound }],
  },
  {
    id: 'path-trace',
    title: 'Trace',
    yName: 'trace',
    settings: 'bars: over probes',
    curves: [{ value: ({ along }) => along.trace?.value, error: ({ along }) => along.trace?.standardError }],
  },
  {
    id: 'path-distance',
    title: 'Distance',
    yName: 'distance',
    settings: 'dashed: from the last',
    curves: [
      { value: ({ along }) => along.fromStart },
      { value: ({ along }) => along.fromEnd, beside: 'from the last' },
    ],
  },
  {
    id: 'path-angle',
    title: 'Turn',
    yName: 'degrees',
    settings: 'at each step',
    curves: [{ value: ({ along }) => along.angle }],
  },
];

const HEIGHT = 200;

/** Figures over the path of a run, or of several, in small charts with one axis. Hidden where there is no path. */
export function pathCharts(context: Context): {
  readonly element: HTMLElement;
  update(picture: Picture | undefined): void;
} {
  const element = h('div', { class: 'path-charts', hidden: true });
  const frames = new Map<string, LinesFrame>();
  return {
    element,
    update(picture) {
      element.hidden = picture?.path === undefined;
      if (!picture?.path) return;
      for (const chart of CHARTS) {
        let frame = frames.get(chart.id);
        if (!frame) {
          frame = linesFrame(context, chart.id, chart.title, HEIGHT);
          frames.set(chart.id, frame);
          element.append(frame.element);
        }
        const { yName, title } = chart;
        frame.show(linesOf(chart, picture, picture.path), chart.settings, {
          xName: picture.marks.every(({ epoch }) => epoch !== undefined) ? 'epoch' : 'checkpoint',
          yName,
          marks: true,
          errorName: 'error',
          label: `${title} over the path`,
        });
      }
    },
  };
}

/** One curve a run; none where nothing was measured. */
function linesOf({ curves, yName }: Chart, { marks }: Picture, { runs, along }: Path): LineSeries[] {
  const byEpoch = marks.every(({ epoch }) => epoch !== undefined);
  let from = 0;
  return runs.flatMap(({ label, count }, run) => {
    const stops = marks.slice(from, from + count).map((mark, i): Stop => ({ mark, along: along[from + i] }));
    from += count;
    return curves.flatMap(({ value, error, beside }): LineSeries[] => {
      const y = stops.map((stop) => value(stop) ?? NaN);
      if (!y.some(Number.isFinite)) return [];
      const name = beside ?? yName;
      return [
        {
          name: label === '' ? name : beside ? `${label}, ${beside}` : label,
          style: `${colourOfRun(run, runs.length) || 'a'}${beside ? ' dash' : ''}`,
          x: stops.map(({ mark }, i) => (byEpoch ? mark.epoch! : i + 1)),
          y,
          ...(error ? { error: stops.map((stop) => error(stop) ?? null) } : {}),
          named: runs.length > 1 && !beside,
        },
      ];
    });
  });
}
