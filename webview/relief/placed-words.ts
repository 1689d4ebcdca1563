import type { PlotSize } from '../plots/plot';
import { type Matrix, seenAt } from './camera';
import type { Place } from './path';

/** Words that stand at a place of a relief. */
export interface Word {
  readonly text: string;
  readonly place: Place;
  readonly className: string;
}

/** The middle of a word, in pixels. */
export interface WordSpot {
  readonly x: number;
  readonly y: number;
}

/** Pixels of a line of words, and what is left free at the edges. */
const HEIGHT = 12;
const MARGIN = 2;

/**
 * Where words stand over a picture: shifted inwards at its edges, so that none is cut, and undefined where one would touch another
 * before it.
 *
 * @param widthOf how wide each is, in pixels.
 */
export function placeWords(
  words: readonly Word[],
  matrix: Matrix,
  { width, height }: PlotSize,
  widthOf: (word: Word, index: number) => number,
): (WordSpot | undefined)[] {
  const taken: { readonly x: number; readonly y: number; readonly half: number }[] = [];
  return words.map((word, i) => {
    const seen = seenAt(matrix, word.place);
    const half = widthOf(word, i) / 2;
    const within = (value: number, margin: number, size: number) =>
      Math.max(margin, Math.min(size - margin, value));
    const x = within(seen.x * width, half + MARGIN, width);
    const y = within(seen.y * height, HEIGHT / 2 + MARGIN, height);
    if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < HEIGHT))
      return undefined;
    taken.push({ x, y, half });
    return { x, y };
  });
}
