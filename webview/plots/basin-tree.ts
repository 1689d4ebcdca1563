import type { Picture, Surface } from '../../src/contract/surface';
import { LevelScale } from '../../src/core/level-scale';
import { formatNumber } from '../../src/wording/format-number';
import { type Frame, type Tick, axisTitles, frameOf, yAxis } from './axes';
import { type Label, placeLabels } from './labels';
import type { Plot, PlotSize } from './plot';
import { line, picture as svgPicture } from './svg';

type Basin = Picture['basins'][number];

/** Basins that are drawn: more are no small tree. */
export const MOST_BASINS = 9;

/** A basin with its place across. */
interface Branch {
  readonly basin: Basin;
  /** From 0 on, in steps of a branch. */
  readonly column: number;
  /** The column of the basin that it joins. */
  readonly into: number | undefined;
}

/**
 * The merge tree of a picture's basins: each stands from its floor up to the loss over which it joins a deeper one, so that
 * its length is its persistence.
 */
export function basinTree({ basins }: Picture, levels: Surface['levels'], size: PlotSize): Plot {
  const frame = frameOf(size, { left: 52, right: 24 });
  const branches = branchesOf(basins);
  const scale = new LevelScale(levels);
  const heights = branches.flatMap(({ basin: { low, high } }) =>
    [low, high ?? low].map((loss) => scale.height(loss)),
  );
  const [floor, roof] = [Math.min(...heights) - 0.5, Math.max(...heights) + 1];
  const y = (loss: number) =>
    frame.bottom - ((scale.height(loss) - floor) / (roof - floor)) * (frame.bottom - frame.top);
  const x = (column: number) => frame.left + ((column + 0.5) / branches.length) * (frame.right - frame.left);
  return {
    svg: svgPicture(
      size.width,
      size.height,
      yAxis(frame, y, ticksOf(levels, y, frame)),
      axisTitles(frame, 'basins of this picture', 'training loss'),
      ...branches.map((branch) => drawn(branch, frame, x, y)),
      placeLabels(
        branches.map(({ basin, column }): Label => {
          const text = formatNumber(basin.low, 3);
          return { x: x(column), y: y(basin.low) + 14, text, className: 'mark' };
        }),
        frame,
      ),
    ),
    series: [
      {
        label: 'basins',
        points: branches.map(({ basin, column }) => ({
          x: x(column),
          y: y(basin.low),
          text: inWords(basin, basins),
        })),
      },
    ],
    table: tableOf(basins),
    label: `Which of ${basins.length} basins join at which loss.`,
  };
}

/** Side by side, so that no two lines cross: after each basin those that join it, the lowest join first. */
function branchesOf(basins: readonly Basin[]): Branch[] {
  const shown = basins.slice(0, MOST_BASINS);
  const branches: Branch[] = [];
  const add = (index: number, into: number | undefined): void => {
    const column = branches.length;
    branches.push({ basin: shown[index], column, into });
    const joining = [...shown.keys()].filter((other) => shown[other].into === index);
    joining.sort((a, b) => shown[a].high! - shown[b].high!);
    for (const other of joining) add(other, column);
  };
  // What a basin joins is deeper, and stands before it in the list; several that no water joins are roots.
  for (const [index, { into }] of shown.entries()) if (into === undefined) add(index, undefined);
  return branches;
}

function drawn(
  { basin: { low, high }, column, into }: Branch,
  frame: Frame,
  x: (column: number) => number,
  y: (loss: number) => number,
): string {
  const top = high === undefined ? frame.top : y(high);
  return [
    line('branch', [x(column), y(low)], [x(column), top]),
    line('floor', [x(column) - 4, y(low)], [x(column) + 4, y(low)]),
    ...(into === undefined ? [] : [line('branch', [x(column), top], [x(into), top])]),
  ].join('');
}

/** As many of the picture's own levels as have room. */
function ticksOf({ values }: Surface['levels'], y: (loss: number) => number, frame: Frame): Tick[] {
  const ticks: Tick[] = [];
  let last = Infinity;
  for (const value of values) {
    const at = y(value);
    if (at > frame.bottom || at < frame.top || last - at < 26) continue;
    last = at;
    ticks.push({ value, label: formatNumber(value, 2) });
  }
  return ticks;
}

function inWords(basin: Basin, basins: readonly Basin[]): string {
  const { low, high, into } = basin;
  const number = basins.indexOf(basin) + 1;
  const floor = `basin ${number}: floor at ${formatNumber(low, 3)}`;
  if (high === undefined || into === undefined) return `${floor}, the deepest`;
  return `${floor}, joins basin ${into + 1} at ${formatNumber(high, 3)}, ${formatNumber(high - low, 3)} above its floor`;
}

const tableOf = (basins: readonly Basin[]): Plot['table'] => ({
  columns: ['basin', 'x', 'y', 'floor', 'joins at', 'joins basin', 'persistence'],
  rows: basins.map(({ at, low, high, into }, i) => [
    i + 1,
    ...at,
    low,
    high ?? null,
    into === undefined ? null : into + 1,
    high === undefined ? null : high - low,
  ]),
});
