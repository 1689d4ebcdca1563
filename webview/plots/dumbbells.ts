import { scaleLog } from 'd3-scale';
import type { Figure } from '../../src/wording/comparison-figures';
import { formatNumber, withError } from '../../src/wording/format-number';
import { axisTitles, emptyPlot, type Frame, frameOf, logTicks, titleOn, xAxis } from './axes';
import type { Plot, PlotSize } from './plot';
import { element, line, picture, text } from './svg';

/** One quantity at two times, as a ratio to the first. */
export interface Dumbbell {
  readonly name: string;
  readonly before: Figure;
  readonly after: Figure;
  /** The value after over that before, positive and finite. */
  readonly ratio: number;
}

export interface DumbbellOptions {
  /** What the ratio is of: "value over value as saved". */
  readonly xName: string;
  readonly beforeName: string;
  readonly afterName: string;
}

/** From so many pixels on names stand beside the lines; in less room above them. */
const BESIDE = 600;
const NAMES = 250;
/** A ratio that reads as 1. */
const SAME = 1e-3;

const rowHeight = (width: number): number => (width >= BESIDE ? 21 : 34);

/** How high a picture of so many rows is, in pixels, in so much room across. */
export const dumbbellsHeight = (rows: number, width: number): number => 62 + 8 + rows * rowHeight(width);

/**
 * Two dots a row, joined by a line, on a logarithmic axis of ratios: the first, hollow, at 1, the second, filled, where
 * it has moved to; with error bars of one standard error of either.
 */
export function dumbbellsPlot(rows: readonly Dumbbell[], size: PlotSize, options: DumbbellOptions): Plot {
  const beside = size.width >= BESIDE;
  const frame = frameOf(size, { left: beside ? NAMES : 10, right: 62 });
  const what = `${options.xName}, ${options.beforeName} and ${options.afterName}`;
  if (rows.length === 0) return emptyPlot(frame, size, `${what}: nothing to show.`);
  const x = axisOf(rows, frame);
  const height = (frame.bottom - frame.top) / rows.length;
  const placed = rows.map((row, i) => ({ row, y: frame.top + height * (i + (beside ? 0.5 : 0.72)) }));
  const moved = rows.filter(({ ratio }) => Math.abs(ratio - 1) > SAME).length;
  return {
    svg: picture(
      size.width,
      size.height,
      xAxis(frame, x.place, x.ticks),
      line('axis', [frame.left, frame.bottom], [frame.right, frame.bottom]),
      line('axis', [x.place(1), frame.top], [x.place(1), frame.bottom]),
      axisTitles(frame, titleOn(options.xName, true), ''),
      ...placed.flatMap(({ row, y }) => [
        // In little room a name stands above its line.
        beside
          ? text('tick', [NAMES - 10, y + 3.5], row.name, 'end')
          : text('tick', [frame.left, y - 9], row.name),
        drawn(row, y, x),
        text('mark', [frame.right + 8, y + 3.5], ratioText(row.ratio)),
      ]),
    ),
    series: placed.map(({ row, y }) => ({ label: row.name, points: cursorOf(row, y, x, options) })),
    table: tableOf(rows, options),
    label: `${what}: ${moved} of ${rows.length} moved, each with its error bars.`,
  };
}

type Axis = ReturnType<typeof axisOf>;

/** The line of a row with a dot at either end, and the bars of both. */
function drawn({ before, after, ratio }: Dumbbell, y: number, x: Axis): string {
  const [from, to] = [x.place(1), x.place(ratio)];
  // With caps: the half of a bar that lies on the line between the dots ends where one sees it.
  const bar = (at: number, figure: Figure) => {
    const size = at * relativeError(figure);
    const [left, right] = [x.place(at - size), x.place(at + size)];
    if (right - left < 1) return '';
    return [
      line('error a', [left, y], [right, y]),
      ...[left, right].map((end) => line('error a', [end, y - 3.5], [end, y + 3.5])),
    ].join('');
  };
  return [
    line('joint', [from, y], [to, y]),
    bar(1, before),
    bar(ratio, after),
    element('circle', { class: 'dot hollow', cx: from, cy: y, r: 4.4 }),
    element('circle', { class: 'dot a', cx: to, cy: y, r: 3.4 }),
  ].join('');
}

const ratioText = (ratio: number): string =>
  Math.abs(ratio - 1) <= SAME ? 'stays' : `× ${formatNumber(ratio, 3)}`;

const relativeError = ({ value, standardError }: Figure): number => Math.abs((standardError ?? 0) / value);

/** A logarithmic axis over all dots and bars; a bar that reaches to zero ends at the edge. */
function axisOf(rows: readonly Dumbbell[], frame: Frame) {
  const ends = rows.flatMap(({ before, after, ratio }) =>
    [
      { at: 1, error: relativeError(before) },
      { at: ratio, error: relativeError(after) },
    ].flatMap(({ at, error }) => [at * Math.max(1 - error, 0.5), at * (1 + error)]),
  );
  const domain: [number, number] = [Math.min(0.8, ...ends) / 1.15, Math.max(1.25, ...ends) * 1.15];
  const scale = scaleLog(domain, [frame.left + 6, frame.right - 6]);
  return {
    place: (value: number) => scale(Math.max(value, domain[0])),
    ticks: logTicks(domain, frame.right - frame.left, 56),
  };
}

function cursorOf(
  { name, before, after, ratio }: Dumbbell,
  y: number,
  x: Axis,
  { beforeName, afterName }: DumbbellOptions,
) {
  const said = ({ value, standardError }: Figure) => withError(value, standardError ?? undefined);
  const points = [
    { x: x.place(1), y, text: `${name}: ${beforeName} ${said(before)}` },
    { x: x.place(ratio), y, text: `${name}: ${afterName} ${said(after)}, ${ratioText(ratio)}` },
  ];
  return points.sort((a, b) => a.x - b.x);
}

const tableOf = (rows: readonly Dumbbell[], { beforeName, afterName }: DumbbellOptions) => ({
  columns: ['measure', beforeName, `${beforeName}, error`, afterName, `${afterName}, error`, 'ratio'],
  rows: rows.map(({ name, before, after, ratio }) => [
    ...[name, before.value, before.standardError],
    ...[after.value, after.standardError, ratio],
  ]),
});
