/**
 * The nodes of a square grid from its middle outwards, ring by ring, each beside the one before it where the side is odd: what
 * was found at one is a good start at the next, and what is left undone lies at the rim.
 *
 * ```ts
 * import { squareSpiral } from '../../src/analysis/surface/square-spiral';
 * squareSpiral(3); // => [4, 5, 8, 7, 6, 3, 0, 1, 2]
 * ```
 *
 * @param side nodes on a side; they are numbered row after row.
 */
export function squareSpiral(side: number): number[] {
  const nodes: number[] = [];
  const middle = Math.floor((side - 1) / 2);
  let [column, row] = [middle, middle];
  let [right, down] = [1, 0];
  for (let leg = 1; nodes.length < side ** 2; leg++) {
    // Two legs of each length: 1, 1, 2, 2, 3, 3...
    for (let step = 0; step < Math.ceil(leg / 2); step++) {
      const isInside = Math.min(column, row) >= 0 && Math.max(column, row) < side;
      if (isInside) nodes.push(row * side + column);
      column += right;
      row += down;
    }
    [right, down] = [-down, right];
  }
  return nodes;
}
