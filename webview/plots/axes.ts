import { formatNumber, powerOfTen } from '../../src/wording/format-number';
import type { Plot, PlotSize } from './plot';
import { line, picture, text } from './svg';

/** The rectangle of the data, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A frame with room for tick labels at the left and below, and for the titles of both axes. */
export function frameOf({ width, height }: PlotSize, margin: { left?: number; right?: number } = {}): Frame {
  return { left: margin.left ?? 40, right: width - (margin.right ?? 12), top: 24, bottom: height - 38 };
}

/** What the axes are: x below its ticks, y above the axis, where it needs no turned text. */
export function axisTitles(frame: Frame, x: string, y: string): string {
  return (
    text('axis-title', [(frame.left + frame.right) / 2, frame.bottom + 31], x, 'middle') +
    text('axis-title', [2, frame.top - 12], y)
  );
}

/** `loss, logarithmic`: the name of an axis with its scale where it is not linear. */
export const titleOn = (name: string, log: boolean): string => (log ? `${name}, logarithmic` : name);

/** The place of a plot whose numbers are still to come: its lower edge alone. */
export function emptyPlot(frame: Frame, { width, height }: PlotSize, label: string): Plot {
  return {
    svg: picture(width, height, line('axis', [frame.left, frame.bottom], [frame.right, frame.bottom])),
    series: [],
    table: { columns: [], rows: [] },
    label,
  };
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export function xAxis(frame: Frame, scale: (value: number) => number, ticks: readonly Tick[]): string {
  return ticks
    .map(({ value, label }) => {
      const x = scale(value);
      return (
        line('grid', [x, frame.top], [x, frame.bottom]) +
        text('tick', [x, frame.bottom + 15], label, 'middle')
      );
    })
    .join('');
}

export function yAxis(frame: Frame, scale: (value: number) => number, ticks: readonly Tick[]): string {
  return ticks
    .map(({ value, label }) => {
      const y = scale(value);
      return (
        line('grid', [frame.left, y], [frame.right, y]) +
        text('tick', [frame.left - 6, y + 3.5], label, 'end')
      );
    })
    .join('');
}

/** Ticks of a linear axis, at most one to `spacing` pixels. */
export function linearTicks(domain: readonly [number, number], pixels: number, spacing: number): Tick[] {
  const count = Math.max(1, Math.floor(pixels / spacing));
  const rough = (domain[1] - domain[0]) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const ticks: Tick[] = [];
  for (let i = Math.ceil(domain[0] / step - 1e-9); i * step <= domain[1] + step * 1e-9; i++) {
    ticks.push({ value: i * step, label: formatNumber(Number((i * step).toPrecision(12)), 6) });
  }
  return ticks;
}

/** Ticks of a logarithmic axis: powers of ten, with 2 and 5 between them where the span is short. */
export function logTicks(domain: readonly [number, number], pixels: number, spacing: number): Tick[] {
  const [low, high] = [Math.log10(domain[0]), Math.log10(domain[1])];
  const room = Math.max(1, Math.floor(pixels / spacing));
  const stride = Math.max(1, Math.ceil((high - low) / room));
  const factors = (high - low) * 3 <= room && plain(domain[0]) && plain(domain[1]) ? [1, 2, 5] : [1];
  const values: number[] = [];
  for (let exponent = Math.floor(low); exponent <= Math.ceil(high); exponent++) {
    if (exponent % stride !== 0) continue;
    for (const factor of factors) {
      const value = factor * 10 ** exponent;
      if (value >= domain[0] * 0.999 && value <= domain[1] * 1.001) values.push(value);
    }
  }
  if (values.length === 0) return linearTicks(domain, pixels, spacing);
  const label = values.every(plain) ? (value: number) => formatNumber(value, 3) : powerLabel;
  return values.map((value) => ({ value, label: label(value) }));
}

/** Ticks of a symmetric-logarithmic axis: zero and ±{1, 2, 5}·10ⁿ, the rounder ones first, where labels fit. */
export function symlogTicks(
  domain: readonly [number, number],
  scale: (value: number) => number,
  spacing: number,
): Tick[] {
  const limit = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
  const top = Math.ceil(Math.log10(limit));
  const candidates = [0];
  for (const factor of [1, 5, 2]) {
    for (let exponent = top; exponent > top - 9; exponent--) {
      candidates.push(factor * 10 ** exponent, -factor * 10 ** exponent);
    }
  }
  const taken: Tick[] = [];
  for (const value of candidates) {
    if (value < domain[0] || value > domain[1]) continue;
    const x = scale(value);
    if (taken.every((tick) => Math.abs(scale(tick.value) - x) >= spacing)) {
      taken.push({ value, label: plain(value) ? formatNumber(value, 3) : powerLabel(value) });
    }
  }
  return taken.sort((a, b) => a.value - b.value);
}

/** Reads at a glance without a power of ten. */
function plain(value: number): boolean {
  return value === 0 || (Math.abs(value) >= 0.0009 && Math.abs(value) < 10001);
}

/** `10⁻³`, `2×10⁵`, and `1` for 10⁰. */
function powerLabel(value: number): string {
  const magnitude = Math.abs(value);
  const exponent = Math.floor(Math.log10(magnitude) + 1e-9);
  const factor = Math.round(magnitude / 10 ** exponent);
  if (exponent === 0) return formatNumber(value, 1);
  return `${value < 0 ? '−' : ''}${factor === 1 ? '' : `${factor}×`}${powerOfTen(exponent)}`;
}
