/** A basin of a field: where its floor is, and where water that rises in it runs over into a deeper one. */
export interface Basin {
  /** The node of its lowest value. */
  readonly minimum: number;
  readonly low: number;
  /** The node over which it joins a deeper basin; absent for the deepest. */
  readonly saddle?: number;
  readonly high?: number;
  /** Position in the list of the deeper basin. */
  readonly into?: number;
}

/**
 * The merge tree of the sublevel sets of a field on a square grid (Carr, Snoeyink and Axen 2003; persistence after
 * Edelsbrunner, Letscher and Zomorodian 2002): which basins there are, and at which value they join. Nodes have eight
 * neighbours, so that no valley that runs along a diagonal is cut into pools.
 *
 * @param field row after row, `side` a row. NaN and Infinity are walls that nothing passes.
 * @param least basins that are less deep than this count as part of what they join.
 * @returns the deepest basin first, then by depth under the saddle, descending.
 */
export function mergeTree(field: ArrayLike<number>, side: number, least = 0): Basin[] {
  const order = Array.from({ length: field.length }, (_, i) => i)
    .filter((node) => Number.isFinite(field[node]))
    .sort((a, b) => field[a] - field[b] || a - b);
  const parent = new Int32Array(field.length).fill(-1);
  // Of the root of a set, its lowest node.
  const lowest = new Int32Array(field.length);
  const merges: { minimum: number; saddle: number; into: number }[] = [];
  for (const node of order) {
    parent[node] = node;
    lowest[node] = node;
    for (const other of neighbours(node, side)) {
      if (other >= field.length || parent[other] < 0) continue;
      const [a, b] = [find(parent, node), find(parent, other)];
      if (a === b) continue;
      const deeper = isBelow(field, lowest[a], lowest[b]) ? a : b;
      const shallower = deeper === a ? b : a;
      if (field[node] - field[lowest[shallower]] > least)
        merges.push({ minimum: lowest[shallower], saddle: node, into: lowest[deeper] });
      parent[shallower] = deeper;
    }
  }
  return inOrder(field, order, merges, (node) => lowest[find(parent, node)]);
}

type Merge = { readonly minimum: number; readonly saddle: number; readonly into: number };

/** The basins, each with its place in the list of the one that it joins. */
function inOrder(
  field: ArrayLike<number>,
  order: readonly number[],
  merges: readonly Merge[],
  floorOf: (node: number) => number,
): Basin[] {
  const roots = [...new Set(order.map(floorOf))].sort((a, b) => field[a] - field[b]);
  const depth = ({ minimum, saddle }: Merge) => field[saddle] - field[minimum];
  const sorted = [...merges].sort((a, b) => depth(b) - depth(a));
  const kept = new Map([...roots, ...sorted.map(({ minimum }) => minimum)].map((node, i) => [node, i]));
  // What a basin joined may itself have been too shallow to count, and joined another at the same value or below.
  const joined = new Map(merges.map(({ minimum, into }) => [minimum, into]));
  const standing = (node: number): number => {
    let at = node;
    while (!kept.has(at)) at = joined.get(at) ?? floorOf(at);
    return kept.get(at)!;
  };
  return [
    ...roots.map((minimum) => ({ minimum, low: field[minimum] })),
    ...sorted.map(({ minimum, saddle, into }) => ({
      minimum,
      low: field[minimum],
      saddle,
      high: field[saddle],
      into: standing(into),
    })),
  ];
}

const isBelow = (field: ArrayLike<number>, a: number, b: number): boolean =>
  field[a] < field[b] || (field[a] === field[b] && a < b);

function find(parent: Int32Array, node: number): number {
  let root = node;
  while (parent[root] !== root) root = parent[root];
  for (let at = node; parent[at] !== root;) [at, parent[at]] = [parent[at], root];
  return root;
}

function* neighbours(node: number, side: number): Generator<number> {
  const x = node % side;
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const other = node + dy * side + dx;
      if ((dx !== 0 || dy !== 0) && x + dx >= 0 && x + dx < side && other >= 0) yield other;
    }
}
