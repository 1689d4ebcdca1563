import type { Heights } from './heights';
import { raisedTo } from './mesh';
import type { Place } from './path';

/** A corner of the ground: where it stands in the picture, and its height in contour lines. */
export interface Corner {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** A piece of the ground to be drawn as one: its corners around it, and the contour lines that cross it. */
export interface Facet {
  readonly corners: readonly Place[];
  readonly lines: readonly (readonly [Place, Place])[];
  /** In contour lines. */
  readonly height: number;
  readonly isUnsure: boolean;
  /** Unit length, upwards. */
  readonly normal: Place;
}

/** Squares on a side at most: as fine as the eye needs in a still picture, and no page is swamped by it. */
const MOST = 64;
/** Where more lines than this cross one facet they would be one dark patch. */
const CROWDED = 3;

/** Nodes from one corner of a facet to the next. */
const strideOf = (side: number): number => Math.max(1, Math.ceil((side - 1) / MOST));

/** How wide a facet is, in half widths of the picture. */
export const facetWidth = (side: number): number => (2 * strideOf(side)) / (side - 1);

/** The ground as facets: none at walls, cut where it rises above the top. */
export function facetsOf(heights: Heights, unresolved: readonly number[]): Facet[] {
  const { side, values, top } = heights;
  const stride = strideOf(side);
  const unsure = new Set(unresolved);
  const facets: Facet[] = [];
  for (let row = 0; row + stride < side; row += stride)
    for (let column = 0; column + stride < side; column += stride) {
      const nodes = [
        [column, row],
        [column + stride, row],
        [column + stride, row + stride],
        [column, row + stride],
      ];
      const corners = nodes.map(([i, j]): Corner => {
        const share = (index: number) => (2 * index) / (side - 1) - 1;
        return { x: share(i), y: share(j), height: values[j * side + i] };
      });
      if (corners.some(({ height }) => Number.isNaN(height))) continue;
      const cut = below(corners, top);
      if (cut.length < 3) continue;
      facets.push({
        corners: cut.map((corner) => placed(corner, heights)),
        lines: linesAcross(corners, top).map(([a, b]) => [placed(a, heights), placed(b, heights)] as const),
        height: cut.reduce((sum, { height }) => sum + height, 0) / cut.length,
        isUnsure: nodes.some(([i, j]) => unsure.has(j * side + i)),
        normal: normalOf(corners.map((corner) => placed(corner, heights))),
      });
    }
  return facets;
}

const placed = ({ x, y, height }: Corner, heights: Heights): Place => [x, y, raisedTo(heights, height)];

const between = (a: Corner, b: Corner, height: number): Corner => {
  const share = (height - a.height) / (b.height - a.height);
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y), height };
};

/** What of a polygon lies below a height (Sutherland and Hodgman 1974). */
function below(corners: readonly Corner[], top: number): Corner[] {
  return corners.flatMap((corner, i) => {
    const next = corners[(i + 1) % corners.length];
    const crosses = corner.height > top !== next.height > top;
    return [...(corner.height <= top ? [corner] : []), ...(crosses ? [between(corner, next, top)] : [])];
  });
}

/** Where whole heights cross a square, by its two triangles. */
function linesAcross([a, b, c, d]: readonly Corner[], top: number): [Corner, Corner][] {
  const all = [a, b, c, d].map(({ height }) => height);
  const [from, to] = [Math.ceil(Math.min(...all)), Math.floor(Math.min(top, Math.max(...all)))];
  if (to - from + 1 > CROWDED) return [];
  const lines: [Corner, Corner][] = [];
  for (let level = from; level <= to; level++)
    for (const triangle of [
      [a, b, c],
      [a, c, d],
    ]) {
      const crossings = triangle.flatMap((corner, i) => {
        const next = triangle[(i + 1) % 3];
        return corner.height > level !== next.height > level ? [between(corner, next, level)] : [];
      });
      if (crossings.length === 2) lines.push([crossings[0], crossings[1]]);
    }
  return lines;
}

/** Across both diagonals. */
function normalOf([a, b, c, d]: readonly Place[]): Place {
  const [u, v] = [[0, 1, 2].map((i) => c[i] - a[i]), [0, 1, 2].map((i) => d[i] - b[i])];
  const across = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const length = Math.hypot(...across) || 1;
  return [across[0] / length, across[1] / length, across[2] / length];
}
