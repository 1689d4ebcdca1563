import { random, shuffle } from '../../core/random';
import { streams } from '../../core/random-streams';
import type { DesignAxis } from './design';

/** At most so many rearrangements are looked at; where there are no more, every one is. */
const MOST_REARRANGEMENTS = 10_000;
/** Rounding of a sum of signs over roots. */
const ROUNDING = 1e-9;

export interface PermutationResult {
  /** Two-sided: twice the smaller tail, at most 1. */
  readonly p: number;
  /** On which side of what the rearrangements give the statistic lies. */
  readonly sign: 1 | -1;
  /** The smallest p that the design allows: where it is not small, there are too few levels. */
  readonly least: number;
}

/**
 * The permutation test of independence (Fisher 1935) of two columns over cells: the levels of each axis are interchanged
 * in one column, whole and all together, so that cells that share a level stay together. Exact for any number of cells and
 * whatever each column does along each axis, if the levels of an axis could as well stand in another order. Where cells
 * are missing, only rearrangements that send cells to cells count (they form a group). The levels of `fixed` axes stay.
 *
 * `statistic` gets, for each cell, the cell whose second figure it takes; null where it is not defined, as the result is then.
 */
export function permutationTest(
  axes: readonly DesignAxis[],
  statistic: (from: Int32Array) => number | null,
  { seed, fixed = [] }: { readonly seed: number; readonly fixed?: readonly DesignAxis[] },
): PermutationResult | null {
  const found = statistic(Int32Array.from(axes[0]?.levels ?? [], (_, cell) => cell));
  if (found === null) return null;
  const every = [...axes, ...fixed];
  const places = placesOf(every);
  const still = fixed.map(({ count }) => Int32Array.from({ length: count }, (_, level) => level));
  let [count, above, below] = [0, 0, 0];
  for (const orders of rearrangements(axes, seed)) {
    const from = rearranged(every, [...orders, ...still], places);
    const value = from && statistic(from);
    if (value === undefined || value === null) continue;
    count++;
    if (value >= found - ROUNDING) above++;
    if (value <= found + ROUNDING) below++;
  }
  return {
    p: Math.min(1, (2 * Math.min(above, below)) / count),
    sign: above <= below ? 1 : -1,
    least: Math.min(1, 2 / count),
  };
}

/** The cell at each combination of levels, counted up with the first axis fastest; -1 where there is none. */
function placesOf(axes: readonly DesignAxis[]): Int32Array {
  const places = new Int32Array(axes.reduce((product, { count }) => product * count, 1)).fill(-1);
  const { length } = axes[0]?.levels ?? [];
  for (let cell = 0; cell < length; cell++) places[placeOf(axes, cell)] = cell;
  return places;
}

function placeOf(axes: readonly DesignAxis[], cell: number, orders?: readonly Int32Array[]): number {
  let [place, stride] = [0, 1];
  for (let a = 0; a < axes.length; a++) {
    const level = axes[a].levels[cell];
    place += stride * (orders ? orders[a][level] : level);
    stride *= axes[a].count;
  }
  return place;
}

/** Where each cell takes its figure from when the levels of each axis change places; undefined where one would come from no cell. */
function rearranged(
  axes: readonly DesignAxis[],
  orders: readonly Int32Array[],
  places: Int32Array,
): Int32Array | undefined {
  const from = new Int32Array(axes[0].levels.length);
  for (let cell = 0; cell < from.length; cell++) {
    from[cell] = places[placeOf(axes, cell, orders)];
    if (from[cell] < 0) return undefined;
  }
  return from;
}

/** Every choice of an order of the levels of each axis, or as many by chance with the one that is there among them. */
function* rearrangements(axes: readonly DesignAxis[], seed: number): Generator<Int32Array[]> {
  const start = axes.map(({ count }) => Int32Array.from({ length: count }, (_, level) => level));
  const total = start.reduce((product, { length }) => product * factorial(length), 1);
  if (total <= MOST_REARRANGEMENTS) {
    yield* products(start.map((levels) => [...ordersOf(levels)]));
    return;
  }
  const stream = random(seed, streams.permutationTest);
  yield start;
  for (let i = 1; i < MOST_REARRANGEMENTS; i++) yield start.map((levels) => shuffle(levels.slice(), stream));
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

function* ordersOf(levels: Int32Array, fixed = 0): Generator<Int32Array> {
  if (fixed === levels.length) yield levels.slice();
  for (let i = fixed; i < levels.length; i++) {
    const swapped = levels.slice();
    [swapped[fixed], swapped[i]] = [swapped[i], swapped[fixed]];
    yield* ordersOf(swapped, fixed + 1);
  }
}

function* products(lists: readonly Int32Array[][], before: Int32Array[] = []): Generator<Int32Array[]> {
  if (before.length === lists.length) yield before;
  else for (const next of lists[before.length]) yield* products(lists, [...before, next]);
}
