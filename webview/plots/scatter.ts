import { scaleLinear, scaleLog } from 'd3-scale';
import { withError } from '../../src/wording/format-number';
import { axisTitles, emptyPlot, frameOf, linearTicks, logTicks, titleOn, xAxis, yAxis } from './axes';
import { COLOURS, extent, wantsLog, withBars } from './curves';
import { placeLabels } from './labels';
import type { Plot, PlotSize } from './plot';
import { element, line, picture } from './svg';

/** One checkpoint: two figures with their standard errors. */
export interface ScatterPoint {
  readonly name: string;
  /** Points of one group have one colour: the checkpoints of a run. */
  readonly group: string;
  readonly x: number;
  readonly y: number;
  readonly xError: number | null;
  readonly yError: number | null;
}

export interface ScatterOptions {
  readonly xName: string;
  readonly yName: string;
}

/** Points with error bars of one standard error both ways. */
export function scatterPlot(points: readonly ScatterPoint[], size: PlotSize, options: ScatterOptions): Plot {
  const frame = frameOf(size, { left: 52, right: 16 });
  const shown = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const across = reach(shown, 'x', 'xError');
  const up = reach(shown, 'y', 'yError');
  const what = `${options.yName} over ${options.xName}`;
  if (!across || !up) return emptyPlot(frame, size, `${what}: nothing to show.`);
  const x = scaleOf(across, [frame.left + 6, frame.right - 6]);
  const y = scaleOf(up, [frame.bottom - 6, frame.top + 6]);
  const groups = [...new Set(points.map(({ group }) => group))];
  const colour = ({ group }: ScatterPoint) => COLOURS[groups.indexOf(group) % COLOURS.length];
  const places = shown.map((point) => ({ point, x: x.place(point.x), y: y.place(point.y) }));
  return {
    svg: picture(
      size.width,
      size.height,
      xAxis(frame, x.place, x.ticks(frame.right - frame.left, 60)),
      yAxis(frame, y.place, y.ticks(frame.bottom - frame.top, 34)),
      line('axis', [frame.left, frame.bottom], [frame.right, frame.bottom]),
      axisTitles(frame, titleOn(options.xName, x.log), titleOn(options.yName, y.log)),
      ...places.flatMap((place) => barsOf(place, `error ${colour(place.point)}`, x, y)),
      ...places.map(({ point, x: cx, y: cy }) =>
        element('circle', { class: `dot ${colour(point)}`, cx, cy, r: 3.6 }),
      ),
      placeLabels(
        places.map(({ point, x: px, y: py }) => ({ x: px, y: py - 8, text: point.name, className: 'mark' })),
        frame,
        places,
      ),
    ),
    series: [
      {
        label: what,
        points: [...places]
          .sort((a, b) => a.x - b.x)
          .map(({ point, x: px, y: py }) => ({ x: px, y: py, text: textOf(point, options) })),
      },
    ],
    table: {
      columns: [
        ...['checkpoint', 'group'],
        ...[options.xName, `${options.xName}, error`, options.yName, `${options.yName}, error`],
      ],
      rows: points.map(({ name, group, x, y, xError, yError }) => [name, group, x, xError, y, yError]),
    },
    label: `${what}, ${shown.length} checkpoints with error bars.`,
  };
}

/** The range of one figure with its bars. */
const reach = (points: readonly ScatterPoint[], value: 'x' | 'y', error: 'xError' | 'yError') =>
  extent(
    withBars(
      points.map((point) => point[value]),
      points.map((point) => point[error]),
    ),
  );

/** A point and where it stands in the picture. */
interface Placed {
  readonly point: ScatterPoint;
  readonly x: number;
  readonly y: number;
}

/** One standard error to both sides, across and up, where it is known. */
function barsOf({ point, x: px, y: py }: Placed, className: string, x: Axis, y: Axis): string[] {
  const [left, right] = ends(point.x, point.xError, x);
  const [bottom, top] = ends(point.y, point.yError, y);
  return [
    ...(point.xError ? [line(className, [left, py], [right, py])] : []),
    ...(point.yError ? [line(className, [px, bottom], [px, top])] : []),
  ];
}

const ends = (value: number, error: number | null, { place, least }: Axis): [number, number] => [
  place(least(value - (error ?? 0))),
  place(value + (error ?? 0)),
];

function textOf({ name, x, y, xError, yError }: ScatterPoint, { xName, yName }: ScatterOptions): string {
  return `${name}: ${xName} ${withError(x, xError ?? undefined)}, ${yName} ${withError(y, yError ?? undefined)}`;
}

type Axis = ReturnType<typeof scaleOf>;

/** An axis over a range: logarithmic where it spans much. */
function scaleOf([low, high]: readonly [number, number], pixels: [number, number]) {
  const log = wantsLog([low, high]);
  // What differs by rounding alone is one place, and its ticks would all read the same.
  const spread = high - low > 1e-5 * Math.abs(high) ? high - low : Math.abs(high) || 1;
  const pad = spread * 0.08;
  const domain: [number, number] = log ? [low / 1.2, high * 1.2] : [low - pad, high + pad];
  const place = (log ? scaleLog : scaleLinear)(domain, pixels);
  return {
    log,
    place: (value: number) => place(value),
    /** Where an error bar that reaches below zero ends on a logarithmic axis. */
    least: (value: number) => (log ? Math.max(value, domain[0]) : value),
    ticks: (extent: number, spacing: number) =>
      log ? logTicks(domain, extent, spacing) : linearTicks(domain, extent, spacing),
  };
}
