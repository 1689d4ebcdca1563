import type { Picture, Surface } from '../../src/contract/surface';
import { formatNumber, formatPercent } from '../../src/wording/format-number';
import { type Matrix, OUTSIDE, seenAt } from './camera';
import type { Figure } from '../plots/figure';
import type { Heights } from './heights';
import { raisedTo } from './mesh';
import { CORNERS, type Place, pathOf } from './path';
import type { Word } from './placed-words';

/** The words of a picture as it is seen. */
export type WordsFrom = (matrix: Matrix) => readonly Word[];

/** How far outside of the ground the names of axes stand, and above it those of runs. */
const FURTHER = 1.26;
const ABOVE = 0.1;

/**
 * The names and ends of the axes at the two nearer edges, of several runs at their ends, of means of checkpoints, and some levels at the leftmost upright
 * edge; where room is short the first stay.
 */
export function labelsOf(
  picture: Picture,
  levels: Surface['levels'],
  { figure }: Figure,
  heights: Heights,
): WordsFrom {
  const [x, y] = picture.axes;
  const { spots, means } = pathOf(picture, heights);
  const names = [...spots, ...means].flatMap(({ name, place: [px, py, pz] }) =>
    name ? [word('mark', name, [px, py, pz + ABOVE])] : [],
  );
  const isLoss = figure === 'loss';
  const values = isLoss ? levels.values : [0.2, 0.4, 0.6, 0.8, 1];
  const every = Math.max(1, Math.round(values.length / 5));
  const shown = values.filter((value, i) => i % every === 0 && heights.of(value) >= heights.lowest);
  const ends = ({ from, to }: { readonly from: number; readonly to: number }) =>
    [from, to].map((value) => formatNumber(value, 2));
  return (matrix) => {
    // Of the edges y = -1 and y = 1 the one whose middle is nearer has the words of x, and the other way round.
    const near = (place: (side: number) => Place) =>
      seenAt(matrix, place(-1)).depth < seenAt(matrix, place(1)).depth ? -1 : 1;
    const [front, side] = [near((y) => [0, y, 0]), near((x) => [x, 0, 0])];
    const left = CORNERS.reduce((a, b) =>
      seenAt(matrix, [...b, 0]).x < seenAt(matrix, [...a, 0]).x ? b : a,
    );
    return [
      word('axis', x.label, [0, FURTHER * front, 0]),
      word('axis', y.label, [FURTHER * side, 0, 0]),
      ...names,
      ...ends(x).map((text, i) => word('tick', text, [0.92 * (2 * i - 1), OUTSIDE * front, 0])),
      ...ends(y).map((text, i) => word('tick', text, [OUTSIDE * side, 0.92 * (2 * i - 1), 0])),
      ...shown.map((value) =>
        word('tick', isLoss ? formatNumber(value, 2) : formatPercent(value), [
          1.1 * left[0],
          1.1 * left[1],
          raisedTo(heights, heights.of(value)),
        ]),
      ),
    ];
  };
}

const word = (className: string, text: string, place: Place): Word => ({ className, text, place });
