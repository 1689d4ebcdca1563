import { scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import { formatNumber, withError } from '../../src/wording/format-number';
import {
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
  readonly yName: string;
  /** A logarithmic y axis; decided by the values if left out. */
  readonly log?: boolean;
  /** A symmetric-logarithmic x axis that is linear up to this. */
  readonly symlog?: number;
  /** Values below this are not drawn: the floor of a logarithmic axis. */
  readonly floor?: number;
  /** A dot at each point, with a bar of its error: for a few points measured one by one. */
  readonly marks?: boolean;
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
  const domainX = extent(series.flatMap(({ x }) => x));
  const { floor = -Infinity } = options;
  const range = extent(
    series.flatMap((s) => (options.marks ? withBars(s.y, s.error) : s.y).filter((value) => value > floor)),
  );
  if (!domainX || !range) return emptyPlot(frame, size, `${options.label}: not measured yet.`);
  const log = (options.log ?? wantsLog(range)) && range[0] > 0;
  const pad = (range[1] - range[0] || Math.abs(range[1]) || 1) * 0.06;
  const low = range[0] >= 0 ? Math.max(0, range[0] - pad) : range[0] - pad;
  const domain: [number, number] = log ? [range[0] / 1.15, range[1] * 1.15] : [low, range[1] + pad];
  const wide = domainX[0] === domainX[1] ? [domainX[0], domainX[0] + 1] : domainX;
  // Room for the dots at both ends.
  const margin = options.marks ? (wide[1] - wide[0]) * 0.03 : 0;
  const [x0, x1] = [wide[0] - margin, wide[1] + margin];
  const x = options.symlog
    ? scaleSymlog().constant(options.symlog).domain([x0, x1]).range([frame.left, frame.right])
    : scaleLinear([x0, x1], [frame.left, frame.right]);
  const y = (log ? scaleLog : scaleLinear)(domain, [frame.bottom, frame.top]);
  const drawn = (values: readonly number[]) => values.map((value) => (value > floor ? value : Number.NaN));
  const xTicks = options.symlog
    ? symlogTicks([x0, x1], x, 34)
    : linearTicks([x0, x1], frame.right - frame.left, 60);
  const height = frame.bottom - frame.top;
  const ends = named.map(({ y: values }) => y(values.filter((value) => value > floor).at(-1) ?? domain[0]));
  const heights = spread(ends, 12, frame.top + 4, frame.bottom - 2);
  const describe = (s: LineSeries, i: number) =>
    `${s.name}, ${options.xName} ${formatNumber(s.x[i], 4)}: ${withError(s.y[i], s.error?.[i] ?? undefined)}`;
  return {
    svg: picture(
      size.width,
      size.height,
      xAxis(frame, x, xTicks),
      yAxis(frame, y, log ? logTicks(domain, height, 26) : linearTicks(domain, height, 34)),
      line('axis', frame.left, frame.bottom, frame.right, frame.bottom),
      axisTitles(frame, options.xName, titleOn(options.yName, log)),
      clipped(
        id,
        frame,
        ...series.map((s) => curve(s.style, s.x, drawn(s.y), x, y)),
        ...(options.marks ? series.map((s) => marks(s, x, (value) => y(Math.max(value, domain[0])))) : []),
      ),
      ...named.map(({ name, style }, i) =>
        text(`mark ${style.replace('dash', '')}`, frame.right + 5, heights[i] + 3.5, shortened(name)),
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
      columns: ['curve', options.xName, options.yName, 'standard error'],
      rows: series.flatMap((s) =>
        s.x.map((value, i) => [s.name, value, s.y[i] ?? null, s.error?.[i] ?? null]),
      ),
    },
    label: options.label,
  };
}

/** Dots and bars of one standard error. */
function marks({ style, x: xs, y: ys, error }: LineSeries, x: Scale, y: Scale): string {
  return ys
    .flatMap((value, i) => {
      if (!Number.isFinite(value)) return [];
      const [cx, reach] = [x(xs[i]), error?.[i] ?? 0];
      const bar = reach > 0 ? line(`error ${style}`, cx, y(value - reach), cx, y(value + reach)) : '';
      return [bar, element('circle', { class: `dot ${style}`, cx, cy: y(value), r: 3 })];
    })
    .join('');
}

type Scale = (value: number) => number;

function shortened(name: string): string {
  return name.length > 22 ? `…${name.slice(-21)}` : name;
}
