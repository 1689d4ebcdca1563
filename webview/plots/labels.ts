import type { Frame } from './axes';
import { text } from './svg';

/** A label that would stand centred at a place. Earlier ones win where two would touch. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly className: string;
}

/** Average width of a character of the labels' font, in pixels. */
const CHARACTER = 6;
const HEIGHT = 12;

/**
 * Draws the labels that fit into the frame, shifted inwards at its edges, without touching one another or one of the
 * `marks`, places of about a label's height.
 */
export function placeLabels(
  labels: readonly Label[],
  frame: Frame,
  marks: readonly { readonly x: number; readonly y: number }[] = [],
): string {
  const taken = marks.map(({ x, y }) => ({ left: x - 4, right: x + 4, y: y + 4 }));
  return labels
    .map((label) => {
      const half = (label.text.length * CHARACTER) / 2;
      const x = Math.min(frame.right + 8 - half, Math.max(frame.left - 4 + half, label.x));
      const box = { left: x - half - 3, right: x + half + 3, y: label.y };
      const free = taken.every(
        (other) => box.right < other.left || box.left > other.right || Math.abs(box.y - other.y) >= HEIGHT,
      );
      if (!free) return '';
      taken.push(box);
      return text(label.className, [x, label.y], label.text, 'middle');
    })
    .join('');
}

/** Moves labels that share an edge apart: heights in pixels, in any order, at least `gap` between two. */
export function spread(heights: readonly number[], gap: number, low: number, high: number): number[] {
  const order = heights.map((height, i) => ({ height, i })).sort((a, b) => a.height - b.height);
  const placed = new Array<number>(heights.length);
  let previous = low - gap;
  for (const { height, i } of order) {
    previous = placed[i] = Math.max(previous + gap, Math.min(height, high));
  }
  let next = high + gap;
  for (const { i } of order.reverse()) {
    next = placed[i] = Math.min(placed[i], next - gap);
  }
  return placed;
}
