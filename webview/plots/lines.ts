import { scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import { formatNumber, withError } from '../../src/wording/format-number';
import {
  type Frame,
  type Tick,
  axisTitles,
  emptyPlot,
  frameOf,
  linearTicks,
  logTicks,
  symlogTicks,
  titleOn,
  xAxis,
  yAxis,
} from './axes';
import { clipped, curve, extent, wantsLog, withBars } from './curves';
import { spread } from './labels';
import type { Plot, PlotSize } from './plot';
import { element, line, picture, text } from './svg';

/** One curve. Points whose value is not finite break it. */
export interface LineSeries {
  readonly name: string;
  /** How it is drawn: a colour of `COLOURS`, and perhaps `dash` or `test`. */
  readonly style: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly error?: readonly (number | null)[];
  /** Its name stands at its end; without, only the cursor and the table name it. */
  readonly named?: boolean;
}

export interface LinesOptions {
  /** What x counts: "epoch", "step". */
  readonly xName: string;
  /** The same at the axis, where there is room for more than a name. */
  readonly xTitle?: string;
  readonly yName: string;
  /** A logarithmic y axis; decided by the values if left out. */
  readonly log?: boolean;
  /** A symmetric-logarithmic x axis that is linear up to this. */
  readonly symlog?: number;
  /** Values below this are not drawn: the floor of a logarithmic axis. */
  readonly floor?: number;
  /** A dot at each point of lines that are not dashed, with a bar of its error: for a few points measured one by one. */
  readonly marks?: boolean;
  /** What the errors are, in the table; a standard error if left out. */
  readonly errorName?: string;
  readonly label: string;
}

/** Curves over one axis, each with its name at its end. */
export function linesPlot(
  series: readonly LineSeries[],
  size: PlotSize,
  id: string,
  options: LinesOptions,
): Plot {
  const named = series.filter(({ named = true, y }) => named && y.some(Number.isFinite));
  const longest = Math.max(2, ...named.map(({ name }) => name.length));
  const frame = frameOf(size, { right: named.length > 0 ? 10 + 6.2 * Math.min(22, longest) : 12, left: 46 });
  const { floor = -Infinity } = options;
  const across = xAxisOf(series, frame, options);
  const up = yAxisOf(series, frame, options);
  if (!across || !up) return emptyPlot(frame, size, `${options.label}: not measured yet.`);
  const [x, y] = [across.scale, up.scale];
  const drawn = (values: readonly number[]) => values.map((value) => (value > floor ? value : Number.NaN));
  const ends = named.map(({ y: values }) => y(values.filter((value) => value > floor).at(-1) ?? up.lowest));
  const heights = spread(ends, 12, frame.top + 4, frame.bottom - 2);
  const describe = (s: LineSeries, i: number) =>
    `${s.name}, ${options.xName} ${formatNumber(s.x[i], 4)}: ${withError(s.y[i], s.error?.[i] ?? undefined)}`;
  return {
    svg: picture(
      size.width,
      size.height,
      xAxis(frame, x, across.ticks),
      yAxis(frame, y, up.ticks),
      line('axis', [frame.left, frame.bottom], [frame.right, frame.bottom]),
      axisTitles(frame, options.xTitle ?? options.xName, titleOn(options.yName, up.log)),
      clipped(
        id,
        frame,
        ...series.map((s) => curve(s.style, s.x, drawn(s.y), { x, y })),
        ...(options.marks
          ? series.filter(isMeasured).map((s) => marks(s, x, (value) => y(Math.max(value, up.lowest))))
          : []),
      ),
      ...named.map(({ name, style }, i) =>
        text(`mark ${style.replace('dash', '')}`, [frame.right + 5, heights[i] + 3.5], shortened(name)),
      ),
    ),
    series: series.map((s) => ({
      label: s.name,
      points: s.x.flatMap((value, i) =>
        Number.isFinite(s.y[i]) && s.y[i] > floor
          ? [{ x: x(value), y: y(s.y[i]), text: describe(s, i) }]
          : [],
      ),
    })),
    table: {
      columns: ['curve', options.xName, options.yName, options.errorName ?? 'standard error'],
      rows: series.flatMap((s) =>
        s.x.map((value, i) => [s.name, value, s.y[i] ?? null, s.error?.[i] ?? null]),
      ),
    },
    label: options.label,
  };
}

interface Axis {
  readonly scale: Scale;
  readonly ticks: readonly Tick[];
}

/** None where there are no points. */
function xAxisOf(
  series: readonly LineSeries[],
  frame: Frame,
  { symlog, marks: hasDots }: LinesOptions,
): Axis | undefined {
  const found = extent(series.flatMap(({ x }) => x));
  if (!found) return undefined;
  const wide = found[0] === found[1] ? [found[0], found[0] + 1] : found;
  // Room for the dots at both ends.
  const margin = hasDots ? (wide[1] - wide[0]) * 0.03 : 0;
  const domain: [number, number] = [wide[0] - margin, wide[1] + margin];
  if (symlog) {
    const scale = scaleSymlog().constant(symlog).domain(domain).range([frame.left, frame.right]);
    return { scale, ticks: symlogTicks(domain, scale, 34) };
  }
  const scale = scaleLinear(domain, [frame.left, frame.right]);
  return { scale, ticks: linearTicks(domain, frame.right - frame.left, 60) };
}

/** Logarithmic where that is asked for or the values span much; none where no value is above the floor. */
function yAxisOf(
  series: readonly LineSeries[],
  frame: Frame,
  options: LinesOptions,
): (Axis & { readonly log: boolean; readonly lowest: number }) | undefined {
  const { floor = -Infinity } = options;
  const range = extent(
    series.flatMap((s) => (options.marks ? withBars(s.y, s.error) : s.y).filter((value) => value > floor)),
  );
  if (!range) return undefined;
  const log = (options.log ?? wantsLog(range)) && range[0] > 0;
  const pad = (range[1] - range[0] || Math.abs(range[1]) || 1) * 0.06;
  const low = range[0] >= 0 ? Math.max(0, range[0] - pad) : range[0] - pad;
  const domain: [number, number] = log ? [range[0] / 1.15, range[1] * 1.15] : [low, range[1] + pad];
  const height = frame.bottom - frame.top;
  return {
    log,
    lowest: domain[0],
    scale: (log ? scaleLog : scaleLinear)(domain, [frame.bottom, frame.top]),
    ticks: log ? logTicks(domain, height, 26) : linearTicks(domain, height, 34),
  };
}

/** A dashed line is no measurement. */
const isMeasured = ({ style }: LineSeries): boolean => !style.includes('dash');

/** Dots, and bars of one error. */
function marks({ style, x: xs, y: ys, error }: LineSeries, x: Scale, y: Scale): string {
  return ys
    .flatMap((value, i) => {
      if (!Number.isFinite(value)) return [];
      const [cx, reach] = [x(xs[i]), error?.[i] ?? 0];
      const bar = reach > 0 ? line(`error ${style}`, [cx, y(value - reach)], [cx, y(value + reach)]) : '';
      return [bar, element('circle', { class: `dot ${style}`, cx, cy: y(value), r: 3 })];
    })
    .join('');
}

type Scale = (value: number) => number;

function shortened(name: string): string {
  return name.length > 22 ? `…${name.slice(-21)}` : name;
}
