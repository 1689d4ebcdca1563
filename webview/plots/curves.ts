import { line as pathLine } from 'd3-shape';
import type { Frame } from './axes';
import { element } from './svg';

/** Where values stand in the picture. */
export interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** A curve as a path; points where either coordinate is not finite break it. */
export function curve(
  className: string,
  coordinates: readonly number[],
  values: readonly number[],
  { x, y }: Scales,
): string {
  const points = values.map((value, i) => [x(coordinates[i]), y(value)] as const);
  const path = pathLine<readonly [number, number]>(
    (point) => point[0],
    (point) => point[1],
  )
    .defined(([px, py]) => Number.isFinite(px) && Number.isFinite(py))
    .digits(1);
  const d = path(points);
  return d ? element('path', { class: `curve ${className}`, d }) : '';
}

/** Hides what a drawing has outside the frame. The id must be unique on the page. */
export function clipped(id: string, frame: Frame, ...children: string[]): string {
  const rectangle = element('rect', {
    x: frame.left,
    y: frame.top,
    width: Math.max(0, frame.right - frame.left),
    height: Math.max(0, frame.bottom - frame.top),
  });
  return element('clipPath', { id }, rectangle) + element('g', { 'clip-path': `url(#${id})` }, ...children);
}

/** Lowest and highest finite value. */
export function extent(values: readonly number[]): [number, number] | undefined {
  const finite = values.filter(Number.isFinite);
  return finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : undefined;
}

/** The values and the ends of their errors, but for those that would take an axis of positive values below zero. */
export function withBars(values: readonly number[], errors?: readonly (number | null)[]): number[] {
  const positive = values.every((value) => !(value <= 0));
  return values.flatMap((value, i) => {
    const reach = errors?.[i] ?? 0;
    return positive && value <= reach ? [value, value + reach] : [value - reach, value, value + reach];
  });
}

/** Within a factor of a hundred a parabola should look like one; beyond, a linear axis hides all but the ends. */
export function wantsLog([low, high]: readonly [number, number]): boolean {
  return low > 0 && high / low > 100;
}

/** How a line is known by its colour, in order. */
export const COLOURS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
