import { formatNumber } from '../../src/wording/format-number';
import type { Uncertain } from '../../src/wording/sharpness';
import type { Frame } from './axes';
import { type Label, placeLabels } from './labels';
import { type GridPlace, levelLine } from './map-lines';
import type { ShadeScale } from './shade-scale';
import { element, round } from './svg';

export interface SharpnessLinesOptions {
  readonly side: number;
  /** Row after row: null where it overflows, undefined where nothing is measured yet. */
  readonly found: readonly (Uncertain | null | undefined)[];
  readonly scale: ShadeScale;
  /** That of the cells. */
  readonly frame: Frame;
  /** With their levels in words. */
  readonly isNamed: boolean;
}

/** Level lines from the middle of one cell to the next, dotted where errors may move them by a whole step. */
export function sharpnessLines({ side, found, scale, frame, isNamed }: SharpnessLinesOptions): string[] {
  const { levels, along } = scale;
  const steps = levels.slice(1).map((level, i) => along(level) - along(levels[i]));
  const grid = {
    side,
    values: found.map((each) => (each ? along(each.value) : undefined)),
    errors: found.map((each) => (each ? along(each.value + (each.spread ?? 0)) - along(each.value) : 0)),
    step: Math.min(...steps),
  };
  const at = ([column, row]: GridPlace): Spot => ({
    x: frame.left + ((column + 0.5) * (frame.right - frame.left)) / side,
    y: frame.bottom - ((row + 0.5) * (frame.bottom - frame.top)) / side,
  });
  const names: Label[] = [];
  const lines = levels.flatMap((level) => {
    const pieces = levelLine(grid, along(level)).map(({ from, to, isUnsure }): Drawn => ({
      from: at(from),
      to: at(to),
      isUnsure,
    }));
    if (isNamed && pieces.length > 0) {
      const { from } = pieces.reduce((a, b) => (b.from.y < a.from.y ? b : a));
      names.push({ ...from, text: formatNumber(level, 3), className: 'mark level' });
    }
    return [
      ...path(
        'map-line',
        pieces.filter(({ isUnsure }) => !isUnsure),
      ),
      ...path(
        'map-line loose',
        pieces.filter(({ isUnsure }) => isUnsure),
      ),
    ];
  });
  return [...lines, placeLabels(names, frame)];
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

interface Drawn {
  readonly from: Spot;
  readonly to: Spot;
  readonly isUnsure: boolean;
}

function path(className: string, pieces: readonly Drawn[]): string[] {
  if (pieces.length === 0) return [];
  const spot = ({ x, y }: Spot) => `${round(x)} ${round(y)}`;
  return [
    element('path', {
      class: className,
      d: pieces.map(({ from, to }) => `M${spot(from)}L${spot(to)}`).join(''),
    }),
  ];
}
