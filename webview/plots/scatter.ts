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
  const across = extent(
    withBars(
      shown.map(({ x }) => x),
      shown.map(({ xError }) => xError),
    ),
  );
  const up = extent(
    withBars(
      shown.map(({ y }) => y),
      shown.map(({ yError }) => yError),
    ),
  );
  const what = `${options.yName} over ${options.xName}`;
  if (!across || !up) return emptyPlot(frame, size, `${what}: nothing to show.`);
  const x = scaleOf(across, [frame.left + 6, frame.right - 6]);
  const y = scaleOf(up, [frame.bottom - 6, frame.top + 6]);
  const groups = [...new Set(points.map(({ group }) => group))];
  const colour = ({ group }: ScatterPoint) => COLOURS[groups.indexOf(group) % COLOURS.length];
  const places = shown.map((point) => ({ point, x: x.place(point.x), y: y.place(point.y) }));
  const bars = places.flatMap(({ point, x: px, y: py }) => [
    ...(point.xError
      ? [
          line(
            `error ${colour(point)}`,
            x.place(x.least(point.x - point.xError)),
            py,
            x.place(point.x + point.xError),
            py,
          ),
        ]
      : []),
    ...(point.yError
      ? [
          line(
            `error ${colour(point)}`,
            px,
            y.place(y.least(point.y - point.yError)),
            px,
            y.place(point.y + point.yError),
          ),
        ]
      : []),
  ]);
  return {
    svg: picture(
      size.width,
      size.height,
      xAxis(frame, x.place, x.ticks(frame.right - frame.left, 60)),
      yAxis(frame, y.place, y.ticks(frame.bottom - frame.top, 34)),
      line('axis', frame.left, frame.bottom, frame.right, frame.bottom),
      axisTitles(frame, titleOn(options.xName, x.log), titleOn(options.yName, y.log)),
      ...bars,
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
          .map(({ point, x: px, y: py }) => ({
            x: px,
            y: py,
            text: `${point.name}: ${options.xName} ${withError(point.x, point.xError ?? undefined)}, ${options.yName} ${withError(point.y, point.yError ?? undefined)}`,
          })),
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
