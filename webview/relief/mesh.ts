import { squaresOf } from '../../src/wording/picture-nodes';
import { RISE } from './camera';
import type { Heights } from './heights';

/** Triangles over a square from -1 to 1: a vertex a node, x to the right, y away, z up from 0. */
export interface Mesh {
  /** x, y, z. */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** The height in contour lines, and how little is known there: 0 or 1. */
  readonly figures: Float32Array;
  readonly triangles: Uint32Array;
}

/** The ground's height in the picture, from its height in contour lines. */
export const raisedTo = ({ lowest, top }: Pick<Heights, 'lowest' | 'top'>, height: number): number =>
  (RISE * (height - lowest)) / (top - lowest);

/**
 * The mesh of a field. Squares with a wall at a corner are left out, so that a wall is a gap; what rises above the top is cut
 * by whoever draws it.
 *
 * @param unresolved nodes whose value may be off by more than was allowed.
 */
export function meshOf(heights: Heights, unresolved: readonly number[]): Mesh {
  const { side, values } = heights;
  const count = side * side;
  const positions = new Float32Array(3 * count);
  const figures = new Float32Array(2 * count);
  for (let node = 0; node < count; node++) {
    const [column, row] = [node % side, Math.floor(node / side)];
    const height = Number.isNaN(values[node]) ? heights.top : values[node];
    positions.set(
      [(2 * column) / (side - 1) - 1, (2 * row) / (side - 1) - 1, raisedTo(heights, height)],
      3 * node,
    );
    figures[2 * node] = height;
  }
  for (const node of unresolved) figures[2 * node + 1] = 1;
  return { positions, normals: normalsOf(positions, side), figures, triangles: trianglesOf(values, side) };
}

/** By central differences, one-sided at the edges. */
function normalsOf(positions: Float32Array, side: number): Float32Array {
  const normals = new Float32Array(positions.length);
  const z = (column: number, row: number) => positions[3 * (row * side + column) + 2];
  const slope = (at: (index: number) => number, index: number) => {
    const [before, after] = [Math.max(0, index - 1), Math.min(side - 1, index + 1)];
    return (at(after) - at(before)) / ((2 * (after - before)) / (side - 1));
  };
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const x = -slope((index) => z(index, row), column);
      const y = -slope((index) => z(column, index), row);
      const length = Math.hypot(x, y, 1);
      normals.set([x / length, y / length, 1 / length], 3 * (row * side + column));
    }
  return normals;
}

const trianglesOf = (values: Float32Array, side: number): Uint32Array =>
  Uint32Array.from(
    squaresOf(side, (node) => !Number.isNaN(values[node])).flatMap(([a, b, c, d]) => [a, b, c, a, c, d]),
  );
