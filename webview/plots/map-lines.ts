/** Across and down in cells from the middle of the first, as far as a grid's numbers are known. */
export type GridPlace = readonly [column: number, row: number];

/** A piece of a level line. */
export interface LinePiece {
  readonly from: GridPlace;
  readonly to: GridPlace;
  /** Errors of the numbers around it are as large as the step between levels: it may as well run elsewhere. */
  readonly isUnsure: boolean;
}

export interface LevelGrid {
  readonly side: number;
  /** Row after row, on the scale on which lines are straight; undefined where nothing is known. */
  readonly values: readonly (number | undefined)[];
  /** How far each may be off, on the same scale. */
  readonly errors: readonly number[];
  /** The step from one level to the next. */
  readonly step: number;
}

/**
 * The line of one level over a coarse grid: straight through the four triangles that each square of known numbers has around
 * its middle, and none beyond them, since nothing is measured there.
 */
export function levelLine({ side, values, errors, step }: LevelGrid, level: number): LinePiece[] {
  const pieces: LinePiece[] = [];
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const around = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const nodes = around.map(([i, j]) => j * side + i);
      const corners = around.flatMap((place, i): Corner[] => {
        const value = values[nodes[i]];
        return value === undefined ? [] : [{ place, value }];
      });
      if (corners.length < 4) continue;
      const isUnsure = nodes.some((node) => errors[node] > step);
      const middle: Corner = {
        place: [column + 0.5, row + 0.5],
        value: corners.reduce((sum, { value }) => sum + value, 0) / 4,
      };
      for (let i = 0; i < 4; i++) {
        const ends = crossings([corners[i], corners[(i + 1) % 4], middle], level);
        if (ends.length === 2) pieces.push({ from: ends[0], to: ends[1], isUnsure });
      }
    }
  return pieces;
}

interface Corner {
  readonly place: GridPlace;
  readonly value: number;
}

const crossings = (triangle: readonly Corner[], level: number): GridPlace[] =>
  triangle.flatMap((a, i): GridPlace[] => {
    const b = triangle[(i + 1) % 3];
    if (a.value > level === b.value > level) return [];
    const share = (level - a.value) / (b.value - a.value);
    return [[a.place[0] + share * (b.place[0] - a.place[0]), a.place[1] + share * (b.place[1] - a.place[1])]];
  });
