import { scaleLinear, scaleLog } from 'd3-scale';
import { area } from 'd3-shape';
import { formatNumber, formatPercent, withError } from '../../src/wording/format-number';
import type { Slice } from '../../src/contract/report';
import {
  type Frame,
  type Tick,
  axisTitles,
  emptyPlot,
  frameOf,
  linearTicks,
  logTicks,
  titleOn,
  xAxis,
  yAxis,
} from './axes';
import { clipped, curve, extent } from './curves';
import { spread } from './labels';
import type { CursorSeries, Plot, PlotSize, PlotTable } from './plot';
import { element, line, picture, text } from './svg';

type Which = 'train' | 'test';
const WHICH: readonly Which[] = ['train', 'test'];
const COLOUR = { train: 'a', test: 'b' } as const;

/**
 * Loss on a logarithmic axis, and below it accuracy, along the line between two checkpoints, as Keskar et al. (2017)
 * plot it; the two ends are marked with their names.
 */
export function interpolationPlot(
  slice: Slice,
  ends: readonly [string, string],
  size: PlotSize,
  id: string,
): Plot {
  const { coordinates, loss, accuracy } = slice;
  const whole = frameOf(size, { right: 42 });
  const accuracyHeight = accuracy ? Math.round((whole.bottom - whole.top) * 0.27) : 0;
  const upper: Frame = { ...whole, bottom: whole.bottom - (accuracy ? accuracyHeight + 26 : 0) };
  const lower: Frame = { ...whole, top: whole.bottom - accuracyHeight };
  const domain = extent(coordinates) ?? [0, 1];
  if (coordinates.length === 0)
    return emptyPlot(whole, size, 'The line between two checkpoints: not measured yet.');
  const x = scaleLinear(domain, [whole.left, whole.right]);
  const losses = lossAxis([...loss.train, ...loss.test], upper);
  const shares = accuracy && accuracyAxis([...accuracy.train, ...accuracy.test], lower);
  const xTicks = linearTicks(domain, whole.right - whole.left, 110);
  return {
    svg: picture(
      size.width,
      size.height,
      xAxis(whole, x, xTicks),
      yAxis(upper, losses.scale, losses.ticks),
      ...(shares ? [yAxis(lower, shares.scale, shares.ticks)] : []),
      line('axis', [whole.left, upper.bottom], [whole.right, upper.bottom]),
      ...(shares ? [line('axis', [whole.left, lower.bottom], [whole.right, lower.bottom])] : []),
      axisTitles(
        whole,
        't, from 0 at the first to 1 at the second',
        titleOn('loss', interpolationIsLog(slice)),
      ),
      ...endMarks(ends, domain, x, whole),
      clipped(
        `${id}-loss`,
        upper,
        ...WHICH.map((which) => errorBand(slice, which, x, losses.scale)),
        ...WHICH.map((which) => curve(COLOUR[which], coordinates, loss[which], { x, y: losses.scale })),
      ),
      ...names(loss, upper, losses.scale),
      ...(accuracy && shares
        ? [
            clipped(
              `${id}-accuracy`,
              lower,
              ...WHICH.map((which) =>
                curve(COLOUR[which], coordinates, accuracy[which], { x, y: shares.scale }),
              ),
            ),
            text('axis-title', [2, lower.top - 9], 'accuracy'),
          ]
        : []),
    ),
    series: WHICH.filter((which) => loss[which].length > 0).map((which) =>
      cursorOf(slice, which, x, losses.scale),
    ),
    table: tableOf(slice),
    label: `Train and test loss${accuracy ? ' and accuracy' : ''} on the line from ${ends[0]} at t = 0 to ${ends[1]} at t = 1.`,
  };
}

function tableOf({ coordinates, loss, accuracy, standardError }: Slice): PlotTable {
  return {
    columns: [
      ...['t', 'train loss', 'train error over rows', 'test loss', 'test error over rows'],
      ...['train accuracy', 'test accuracy'],
    ],
    rows: coordinates.map((t, i) => [
      t,
      ...WHICH.flatMap((which) => [loss[which][i] ?? null, standardError?.[which][i] ?? null]),
      accuracy?.train[i] ?? null,
      accuracy?.test[i] ?? null,
    ]),
  };
}

interface Axis {
  readonly scale: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** Whether the losses are drawn on a logarithmic axis: not when one of them is zero. */
export function interpolationIsLog({ loss }: Slice): boolean {
  return (extent([...loss.train, ...loss.test])?.[0] ?? 1) > 0;
}

/** Logarithmic, as the losses of two trained networks and of what lies between span decades; linear with a loss of zero. */
function lossAxis(values: readonly number[], frame: Frame): Axis {
  const range = extent(values) ?? [0.1, 1];
  const height = frame.bottom - frame.top;
  if (range[0] > 0) {
    const domain: [number, number] = [range[0] / 1.4, range[1] * 1.4];
    return { scale: scaleLog(domain, [frame.bottom, frame.top]), ticks: logTicks(domain, height, 22) };
  }
  const pad = (range[1] - range[0] || 1) * 0.06;
  const domain: [number, number] = [range[0] - pad, range[1] + pad];
  return { scale: scaleLinear(domain, [frame.bottom, frame.top]), ticks: linearTicks(domain, height, 34) };
}

function accuracyAxis(values: readonly number[], frame: Frame): Axis {
  const [low, high] = extent(values) ?? [0, 1];
  const domain: [number, number] = [
    Math.max(0, low - 0.08 * (high - low) - 0.004),
    Math.min(1, high + 0.004),
  ];
  return {
    scale: scaleLinear(domain, [frame.bottom, frame.top]),
    ticks: linearTicks(domain, frame.bottom - frame.top, 24).map(({ value }) => ({
      value,
      label: formatPercent(value).replace(' ', '\u2009'),
    })),
  };
}

function endMarks(
  ends: readonly [string, string],
  domain: readonly [number, number],
  x: (value: number) => number,
  frame: Frame,
): string[] {
  return ends.flatMap((name, t) => {
    if (t < domain[0] || t > domain[1]) return [];
    const room = t === 0 ? x(1) - x(0) : frame.right - x(1);
    const fits = Math.max(3, Math.floor(room / 6.2) - 1);
    const shown = name.length > fits ? `…${name.slice(name.length - fits + 1)}` : name;
    return [
      line('zero', [x(t), frame.top], [x(t), frame.bottom]),
      text('mark', [x(t) + 4, frame.top + 9], shown),
    ];
  });
}

function errorBand(slice: Slice, which: Which, x: (v: number) => number, y: (v: number) => number): string {
  const errors = slice.standardError?.[which] ?? [];
  const losses = slice.loss[which];
  if (errors.length === 0 || errors.length !== losses.length) return '';
  const band = area<number>(
    (i) => x(slice.coordinates[i]),
    (i) => y(Math.max(losses[i] - errors[i], losses[i] / 10)),
    (i) => y(losses[i] + errors[i]),
  ).digits(1);
  return element('path', { class: `band ${COLOUR[which]}`, d: band([...losses.keys()]) ?? '' });
}

function names(loss: Slice['loss'], frame: Frame, y: (v: number) => number): string[] {
  const shown = WHICH.filter((which) => loss[which].length > 0);
  const heights = spread(
    shown.map((which) => y(loss[which][loss[which].length - 1])),
    12,
    frame.top + 4,
    frame.bottom,
  );
  return shown.map((which, i) => text(`mark ${COLOUR[which]}`, [frame.right + 5, heights[i] + 3.5], which));
}

function cursorOf(
  { coordinates, loss, accuracy, standardError }: Slice,
  which: Which,
  x: (v: number) => number,
  y: (v: number) => number,
): CursorSeries {
  return {
    label: which,
    points: loss[which].map((value, i) => {
      const share = accuracy?.[which][i];
      return {
        x: x(coordinates[i]),
        y: y(value),
        text: `t = ${formatNumber(coordinates[i], 3)}: ${which} loss ${withError(value, standardError?.[which][i])}${
          share === undefined ? '' : `, accuracy ${formatPercent(share)}`
        }`,
      };
    }),
  };
}
