/**
 * A square lattice of 8 · 2^k + 1 nodes a side, measured level by level where its own predictions fail: 9 x 9 nodes first,
 * then between them those whose neighbours were predicted badly. What is not measured is interpolated, by cubics through
 * the level before, so that what was predicted for a node and what was measured there say how good all others are.
 * (Hierarchical surpluses as in adaptive sparse grids: Bungartz and Griebel 2004, section 4.)
 */
export class Lattice {
  /** Nodes on a side of the finest level. */
  readonly side: number;
  /** For each node of the finest level the sample that was taken there, else -1. */
  private readonly sampleAt: Int32Array;
  private samples = 0;

  /** @param levels after the first: at most so many times the distance between nodes is halved. */
  constructor(readonly levels: number) {
    this.side = sideOf(levels);
    this.sampleAt = new Int32Array(this.side ** 2).fill(-1);
  }

  /** Nodes that were measured. */
  get count(): number {
    return this.samples;
  }

  /**
   * Says that the next sample was taken at a node; returns its number.
   * @throws RangeError where one was taken before.
   */
  take(node: number): number {
    if (this.sampleAt[node] >= 0) throw new RangeError(`node ${node} was measured before`);
    this.sampleAt[node] = this.samples;
    return this.samples++;
  }

  /** Was a sample taken at the node? */
  isMeasured(node: number): boolean {
    return this.sampleAt[node] >= 0;
  }

  /** Where a node lies, from 0 to 1 along both axes. */
  place(node: number): readonly [x: number, y: number] {
    return [(node % this.side) / (this.side - 1), Math.floor(node / this.side) / (this.side - 1)];
  }

  /** The nodes of the first level, those at the middle first. */
  first(): number[] {
    const middle = (this.side - 1) / 2;
    const nodes = nodesOf(this.side, 1 << this.levels);
    const far = (node: number) =>
      Math.max(Math.abs((node % this.side) - middle), Math.abs(Math.floor(node / this.side) - middle));
    return nodes.sort((a, b) => far(a) - far(b));
  }

  /**
   * A field on all nodes of the finest level, row after row from the first y.
   * @param values of the samples, in the order in which they were taken; all nodes of the first level among them.
   */
  field(values: ArrayLike<number>): Float64Array {
    return this.build(values).field;
  }

  /**
   * How far the field may be off at each node, 0 where it was measured: what the nearest nodes of the level before were
   * off by, less what a level takes off that.
   */
  errors(values: ArrayLike<number>): Float64Array {
    return this.build(values).errors;
  }

  /** The nodes of the coarsest level that has some whose error is above what is allowed, the worst first; none left: []. */
  wanted(values: ArrayLike<number>, allowed: (node: number) => number): number[] {
    const { errors } = this.build(values);
    for (let level = 1; level <= this.levels; level++) {
      const nodes = newNodes(this.side, 1 << (this.levels - level)).filter(
        (node) => !this.isMeasured(node) && errors[node] > allowed(node),
      );
      if (nodes.length > 0) return nodes.sort((a, b) => errors[b] - errors[a]);
    }
    return [];
  }

  /**
   * Of the four nodes around a place, on the coarsest level where some were not measured, those; none left: [].
   * @param place from 0 to 1 along both axes.
   */
  around([x, y]: readonly [x: number, y: number]): number[] {
    const { side } = this;
    for (let stride = 1 << this.levels; stride >= 1; stride >>= 1) {
      const [column, row] = [x, y].map((share) =>
        Math.min(side - 1 - stride, stride * Math.floor((share * (side - 1)) / stride)),
      );
      const first = row * side + column;
      const nodes = [first, first + stride, first + stride * side, first + stride * side + stride];
      const unknown = nodes.filter((node) => !this.isMeasured(node));
      if (unknown.length > 0) return unknown;
    }
    return [];
  }

  /** A field at a place between the nodes of the finest level, by what lies around it. */
  between(field: ArrayLike<number>, [x, y]: readonly [x: number, y: number]): number {
    const { side } = this;
    const [column, row] = [x, y].map((share) => Math.min(side - 2, Math.floor(share * (side - 1))));
    const [u, v] = [x * (side - 1) - column, y * (side - 1) - row];
    const at = (i: number, j: number) => field[(row + j) * side + column + i];
    return (1 - v) * ((1 - u) * at(0, 0) + u * at(1, 0)) + v * ((1 - u) * at(0, 1) + u * at(1, 1));
  }

  private build(values: ArrayLike<number>): { field: Float64Array; errors: Float64Array } {
    const { side, sampleAt } = this;
    const field = new Float64Array(side ** 2);
    // Of each node how far off its prediction was or, where it was not measured, may be.
    const surplus = new Float64Array(side ** 2);
    for (let stride = side - 1; stride >= 1; stride >>= 1) {
      const nodes = stride === side - 1 ? nodesOf(side, stride) : newNodes(side, stride);
      if (stride < side - 1) interpolate(field, side, stride);
      for (const node of nodes) {
        const sample = sampleAt[node];
        if (sample < 0) continue;
        surplus[node] = Math.abs(values[sample] - field[node]);
        field[node] = values[sample];
      }
      this.expect(surplus, stride, nodes);
    }
    return { field, errors: surplus.map((off, node) => (this.isMeasured(node) ? 0 : off)) };
  }

  /** What nodes of one level that were not measured may be off by: by the level before, and by those measured beside them. */
  private expect(surplus: Float64Array, stride: number, nodes: readonly number[]): void {
    const { side } = this;
    const expected = new Map<number, number>();
    for (const node of nodes)
      if (!this.isMeasured(node)) expected.set(node, DECAY * largestAround(surplus, side, stride, node));
    if (expected.size === 0) return;
    for (const node of nodes) {
      if (!this.isMeasured(node)) continue;
      const near = FRONT * surplus[node];
      for (const other of square(side, node, stride, FRONT_REACH * stride)) {
        const before = expected.get(other);
        if (before !== undefined && before < near) expected.set(other, near);
      }
    }
    for (const [node, off] of expected) surplus[node] = off;
  }
}

const BASE = 8;
/** Cubics through a smooth function lose a factor of 16 a level, at kinks nothing: chosen on both. */
const DECAY = 1 / 3;
/** What fails is refined along with what lies beside it, so that a kink is followed where it was missed. */
const FRONT = 1 / 2;
const FRONT_REACH = 2;

/** Nodes on a side after so many halvings of the distance between 9 x 9. */
export const sideOf = (levels: number): number => (BASE << levels) + 1;

/** All nodes whose two indices are multiples of the stride. */
function nodesOf(side: number, stride: number): number[] {
  const nodes: number[] = [];
  for (let y = 0; y < side; y += stride) for (let x = 0; x < side; x += stride) nodes.push(y * side + x);
  return nodes;
}

/** Those of them that twice the stride has not. */
const newNodes = (side: number, stride: number): number[] =>
  nodesOf(side, stride).filter((node) => isNew(side, stride, node));

/** What the nearest nodes that the level before had added were off by, at most. */
function largestAround(surplus: Float64Array, side: number, stride: number, node: number): number {
  let largest = 0;
  for (const other of square(side, node, 2 * stride, 2 * stride))
    if (isNew(side, 2 * stride, other)) largest = Math.max(largest, surplus[other]);
  return largest;
}

/** Did the level with this stride add the node? */
const isNew = (side: number, stride: number, node: number): boolean =>
  (node % side) % (2 * stride) !== 0 || Math.floor(node / side) % (2 * stride) !== 0;

/** The nodes of a level that are at most `reach` away along both axes. */
function* square(side: number, node: number, stride: number, reach: number): Generator<number> {
  const [x, y] = [node % side, Math.floor(node / side)];
  const from = (place: number) => Math.max(0, stride * Math.ceil((place - reach) / stride));
  for (let j = from(y); j <= Math.min(side - 1, y + reach); j += stride)
    for (let i = from(x); i <= Math.min(side - 1, x + reach); i += stride) yield j * side + i;
}

/** Fills the nodes between those of twice the stride: midpoints of cubics along x, then along y. */
function interpolate(field: Float64Array, side: number, stride: number): void {
  const step = 2 * stride;
  for (let y = 0; y < side; y += step) midpoints(field, { start: y * side, apart: 1 }, side, stride);
  for (let x = 0; x < side; x += stride) midpoints(field, { start: x, apart: side }, side, stride);
}

/** A line of nodes: the first, and how far apart in the field two neighbours are. */
interface Line {
  readonly start: number;
  readonly apart: number;
}

/** Fills the nodes of one line that lie between those of twice the stride. */
function midpoints(field: Float64Array, { start, apart }: Line, side: number, stride: number): void {
  const step = 2 * stride;
  const at = (i: number) => field[start + i * apart];
  const intervals = (side - 1) / step;
  for (let i = stride; i < side; i += step)
    field[start + i * apart] = intervals < 3 ? quadratic(at, i, stride, side) : cubic(at, i, stride, side);
}

/** Through the three nodes of a line that has no more (or the two). */
function quadratic(at: (i: number) => number, i: number, stride: number, side: number): number {
  const [before, after] = [at(i - stride), at(i + stride)];
  const beyond = i + 3 * stride < side ? i + 3 * stride : i - 3 * stride;
  if (beyond < 0) return (before + after) / 2;
  const [near, far] = beyond > i ? [before, after] : [after, before];
  return (3 * near + 6 * far - at(beyond)) / 8;
}

function cubic(at: (i: number) => number, i: number, stride: number, side: number): number {
  const [before, after] = [at(i - stride), at(i + stride)];
  if (i - 3 * stride < 0) return (5 * before + 15 * after - 5 * at(i + 3 * stride) + at(i + 5 * stride)) / 16;
  if (i + 3 * stride >= side)
    return (5 * after + 15 * before - 5 * at(i - 3 * stride) + at(i - 5 * stride)) / 16;
  return (9 * (before + after) - at(i - 3 * stride) - at(i + 3 * stride)) / 16;
}
