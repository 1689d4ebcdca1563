import type { Picture, Surface } from '../../src/contract/surface';
import { LevelScale } from '../../src/core/level-scale';
import type { Figure } from '../plots/figure';

/** A picture's field as heights, counted in its contour lines: line i lies at height i. */
export interface Heights {
  readonly side: number;
  /** Row after row; NaN at walls. */
  readonly values: Float32Array;
  readonly lowest: number;
  /** Where the ground is cut: just above the highest line. */
  readonly top: number;
  /** The height of any figure, not only of a node's. */
  of(figure: number): number;
}

/** The lines of a picture of accuracies: every tenth. */
const SHARES: Surface['levels'] = {
  kind: 'linear',
  values: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  offset: 0,
};
/** How far above the highest line a slope can be seen. */
const ABOVE = 0.6;

export function heightsOf(picture: Picture, levels: Surface['levels'], { figure, split }: Figure): Heights {
  const field = picture[figure]?.[split] ?? [];
  const lines = figure === 'loss' ? levels : SHARES;
  const scale = new LevelScale(lines);
  const of = (value: number) => scale.height(value);
  const values = Float32Array.from(field, (value) => (value === null ? NaN : of(value)));
  const top = lines.values.length - 1 + ABOVE;
  const lowest = values.reduce((low, value) => (value < low ? value : low), top - 1);
  return { side: picture.side, values, lowest, top, of };
}
