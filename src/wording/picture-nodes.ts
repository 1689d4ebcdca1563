import type { Picture, PictureMark } from '../contract/surface';

/** The coordinates of a node of a picture. */
export function nodeAt({ side, axes }: Pick<Picture, 'side' | 'axes'>, node: number): [number, number] {
  const along = (i: 0 | 1, index: number) => {
    const { from, to } = axes[i];
    return (from * (side - 1 - index) + to * index) / (side - 1);
  };
  return [along(0, node % side), along(1, Math.floor(node / side))];
}

/** One for each node of a list, zero for all others. */
export function flagsOf(side: number, nodes: readonly number[]): Uint8Array {
  const flags = new Uint8Array(side * side);
  for (const node of nodes) flags[node] = 1;
  return flags;
}

/** The squares between nodes, each by its corners around it against the clock, without those that have an unknown corner. */
export function squaresOf(
  side: number,
  isKnown: (node: number) => boolean,
): readonly (readonly [number, number, number, number])[] {
  const squares: (readonly [number, number, number, number])[] = [];
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const first = row * side + column;
      const corners = [first, first + 1, first + side + 1, first + side] as const;
      if (corners.every(isKnown)) squares.push(corners);
    }
  return squares;
}

/** Does a checkpoint lie off its plane by more than a step between levels, so that what lies under it is not it? */
export const isOffPlane = ({ off, distance }: Pick<PictureMark, 'off' | 'distance'>): boolean =>
  distance > 0 && (off === null || off > 1);
