import type { Node } from '../autodiff/graph';
import { concat, mul, reshape, select, take, transpose } from '../autodiff/operations';
import { ShapeError, claimed } from '../autodiff/shape';
import { dense } from './dense';

export interface CumulationOptions {
  /** Without the position itself. */
  readonly exclusive?: boolean;
  /** From the end on. */
  readonly reverse?: boolean;
}

/** Running sums along an axis, as a product with a triangle of ones. */
export function cumulativeSum(
  x: Node,
  axis: number,
  { exclusive = false, reverse = false }: CumulationOptions = {},
): Node {
  const extent = x.shape[axis];
  const counts = (ahead: number) => (reverse ? ahead <= 0 : ahead >= 0) && !(exclusive && ahead === 0);
  const triangle = Float64Array.from(claimed(extent * extent), (_, i) =>
    Number(counts((i % extent) - Math.floor(i / extent))),
  );
  const last = x.shape.length - 1;
  const swapped = x.shape.map((_, a) => (a === axis ? last : a === last ? axis : a));
  return transpose(dense(transpose(x, swapped), x.graph.constant(triangle, [extent, extent])), swapped);
}

/** The products of the positions of an axis up to each one; the axis stays. */
export function cumulativeProduct(x: Node, axis: number): Node {
  const kept = x.shape.map((extent, a) => (a === axis ? 1 : extent));
  return concat(
    runningProducts(x, axis).map((y) => reshape(y, kept)),
    axis,
  );
}

/** The product over axes, which go away; exact, and differentiable, where factors are 0. */
export const productOver = (x: Node, axes: readonly number[]): Node =>
  [...axes].sort((a, b) => b - a).reduce((y, axis) => runningProducts(y, axis).at(-1)!, x);

function runningProducts(x: Node, axis: number): Node[] {
  const products: Node[] = [];
  for (let i = 0; i < x.shape[axis]; i++) {
    const position = take(x, axis, i);
    products.push(i === 0 ? position : mul(products[i - 1], position));
  }
  return products;
}

/**
 * Is a position of the last two axes kept, by how far it lies right of the diagonal?
 * @throws ShapeError for fewer than two axes.
 */
export function triangleOf(x: Node, keeps: (offset: number) => boolean): Node {
  const [height, width] = x.shape.slice(-2);
  if (width === undefined) throw new ShapeError('a triangle has two axes');
  const mask = Float64Array.from(claimed(height * width), (_, i) =>
    Number(keeps((i % width) - Math.floor(i / width))),
  );
  // Infinity in the other half stays out.
  return select(x.graph.constant(mask, [height, width]), x, 0);
}
