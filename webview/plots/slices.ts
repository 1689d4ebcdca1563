import { scaleLinear, scaleLog } from 'd3-scale';
import { formatNumber, subscript, withError } from '../../src/wording/format-number';
import type { Slice } from '../../src/contract/report';
import { axisTitles, emptyPlot, frameOf, linearTicks, logTicks, titleOn, xAxis, yAxis } from './axes';
import { COLOURS, clipped, curve, extent, wantsLog } from './curves';
import { spread } from './labels';
import type { CursorSeries, Plot, PlotSize, PlotTable } from './plot';
import { line, picture, text } from './svg';

/**
 * Loss along unit directions through the checkpoint: train solid, test lighter, and dashed the local quadratic
 * loss + slope t + ½ curvature t², so that one sees where the Hessian stops telling the truth.
 */
export function slicesPlot(slices: readonly Slice[], size: PlotSize, id: string): Plot {
  const names = slices.map((slice) => shortName(slice));
  const frame = frameOf(size, { right: 10 + 6.2 * Math.max(2, ...names.map((name) => name.length)) });
  if (slices.length === 0) return emptyPlot(frame, size, 'Loss along directions: not measured yet.');
  const [t0, t1] = extent(slices.flatMap(({ coordinates }) => coordinates)) ?? [-1, 1];
  const x = scaleLinear([t0, t1], [frame.left, frame.right]);
  const range = extent(slices.flatMap(({ loss }) => [...loss.train, ...loss.test])) ?? [0, 1];
  const log = wantsLog(range);
  const domain: [number, number] = log ? [range[0] / 1.15, range[1] * 1.15] : linearDomain(range);
  const y = log
    ? scaleLog(domain, [frame.bottom, frame.top])
    : scaleLinear(domain, [frame.bottom, frame.top]);
  const ends = slices.map(({ loss }) => y(loss.train.filter(Number.isFinite).at(-1) ?? domain[0]));
  const heights = spread(ends, 12, frame.top + 4, frame.bottom - 2);
  const height = frame.bottom - frame.top;
  const quadratics = slices.map((slice) => quadraticOf(slice, t0, t1));
  return {
    svg: picture(
      size.width,
      size.height,
      xAxis(frame, x, linearTicks([t0, t1], frame.right - frame.left, 70)),
      yAxis(frame, y, log ? logTicks(domain, height, 26) : linearTicks(domain, height, 34)),
      line('axis', [frame.left, frame.bottom], [frame.right, frame.bottom]),
      axisTitles(frame, 'distance along the direction, t', titleOn('loss', log)),
      line('zero', [x(0), frame.top], [x(0), frame.bottom]),
      clipped(
        id,
        frame,
        ...slices.map(({ coordinates, loss }, i) =>
          curve(`test ${colour(i)}`, coordinates, loss.test, { x, y }),
        ),
        ...quadratics.map(({ coordinates, values }, i) =>
          curve(`dash ${colour(i)}`, coordinates, values, { x, y }),
        ),
        ...slices.map(({ coordinates, loss }, i) => curve(colour(i), coordinates, loss.train, { x, y })),
      ),
      ...names.map((name, i) => text(`mark ${colour(i)}`, [frame.right + 5, heights[i] + 3.5], name)),
    ),
    series: slices.map((slice, i) => cursorOf(slice, names[i], x, y)),
    table: tableOf(slices, names),
    label: `Loss along ${slices.length} ${slices.length === 1 ? 'direction' : 'directions'}: ${names.join(', ')}; dashed, the local quadratic.`,
  };
}

/** Whether the losses of these slices are drawn on a logarithmic axis. */
export function slicesAreLog(slices: readonly Slice[]): boolean {
  const range = extent(slices.flatMap(({ loss }) => [...loss.train, ...loss.test]));
  return range !== undefined && wantsLog(range);
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length];
}

/** Names at the ends of curves must be short: "v1" becomes "v₁", "random direction 2" becomes "random 2". */
function shortName({ label }: Slice): string {
  const short = label
    .replace(/(filter-normalized|direction)\s*/gi, '')
    .replace(/^(?:v|eigenvector)\s*(\d+)$/i, (_, index: string) => `v${subscript(Number(index))}`)
    .trim();
  return short || label;
}

function linearDomain([low, high]: readonly [number, number]): [number, number] {
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
}

/** The local quadratic on a fine grid; empty without a curvature. */
function quadraticOf({ coordinates, loss, slope, curvature }: Slice, t0: number, t1: number) {
  const centre = loss.train[coordinates.findIndex((t) => Math.abs(t) < 1e-12)];
  if (curvature === undefined || centre === undefined) return { coordinates: [], values: [] };
  const grid = Array.from({ length: 81 }, (_, i) => t0 + ((t1 - t0) * i) / 80);
  return { coordinates: grid, values: grid.map((t) => centre + (slope ?? 0) * t + 0.5 * curvature * t * t) };
}

function cursorOf(
  slice: Slice,
  name: string,
  x: (value: number) => number,
  y: (value: number) => number,
): CursorSeries {
  const { coordinates, loss, standardError } = slice;
  return {
    label: name,
    points: loss.train.map((value, i) => ({
      x: x(coordinates[i]),
      y: y(value),
      text: [
        `${name}, t = ${formatNumber(coordinates[i], 3)}: train ${withError(value, standardError?.train[i])}`,
        ...(loss.test[i] === undefined ? [] : [`test ${withError(loss.test[i], standardError?.test[i])}`]),
      ].join(', '),
    })),
  };
}

function tableOf(slices: readonly Slice[], names: readonly string[]): PlotTable {
  return {
    columns: [
      ...['direction', 't', 'train loss', 'test loss'],
      ...['train error over rows', 'test error over rows'],
    ],
    rows: slices.flatMap(({ coordinates, loss, standardError }, s) =>
      coordinates.map((t, i) => [
        names[s],
        t,
        loss.train[i] ?? null,
        loss.test[i] ?? null,
        standardError?.train[i] ?? null,
        standardError?.test[i] ?? null,
      ]),
    ),
  };
}
