import type { Node } from '../autodiff/graph';
import {
  add,
  concat,
  div,
  matmul,
  maximum,
  minimum,
  mul,
  reshape,
  sub,
  transpose,
} from '../autodiff/operations';
import { ShapeError } from '../autodiff/shape';
import { eitherMask, keep } from './masks';
import { unitNorm } from './normalization';
import { sizeOf } from '../core/size-of';

/** The sum of tensors that broadcast from the left after the rows, as Keras' merging layers do. */
export const sumOf = (parts: readonly Node[]): Node => merge(parts, add);
/** The product of tensors, which broadcast as in {@link sumOf}. */
export const productOf = (parts: readonly Node[]): Node => merge(parts, mul);
/** The mean of tensors, which broadcast as in {@link sumOf}. */
export const averageOf = (parts: readonly Node[]): Node => div(sumOf(parts), parts.length);

/**
 * The first of two tensors without the second.
 * @throws ShapeError for more or fewer than two.
 */
export function differenceOf(parts: readonly Node[]): Node {
  if (parts.length !== 2) throw new ShapeError(`a difference has two parts, not ${parts.length}`);
  return merge(parts, sub);
}

type Masks = readonly (Node | undefined)[];

/** The extreme of the parts that count at a step; without masks, of all. */
export const maximumOf = (parts: readonly Node[], masks: Masks = []): Node =>
  extremeOf(parts, masks, maximum);
/** The least of the parts that count at a step; without masks, of all. */
export const minimumOf = (parts: readonly Node[], masks: Masks = []): Node =>
  extremeOf(parts, masks, minimum);

function extremeOf(parts: readonly Node[], masks: Masks, combine: (a: Node, b: Node) => Node): Node {
  if (!masks.some((mask) => mask)) return merge(parts, combine);
  let [best] = parts;
  let [known] = masks;
  parts.slice(1).forEach((part, i) => {
    const mask = masks[i + 1];
    // Where one of the two does not count, the other stands for both.
    const candidate = mask ? keep(part, mask, best) : part;
    best = combine(known ? keep(best, known, candidate) : best, candidate);
    known = known && mask && eitherMask(known, mask);
  });
  return best;
}

/** The product of the parts that count at a step; 0 where none does and all have masks. */
export function maskedProductOf(parts: readonly Node[], masks: Masks): Node {
  const product = merge(
    parts.map((part, i) => (masks[i] ? keep(part, masks[i], 1) : part)),
    mul,
  );
  const all = masks.filter((mask) => mask !== undefined);
  return all.length === parts.length ? keep(product, all.reduce(eitherMask), 0) : product;
}
/** Tensors one after the other along an axis. */
export function concatenate(parts: readonly Node[], axis = -1): Node {
  return concat(parts, axis < 0 ? axis + parts[0].shape.length : axis);
}

/**
 * The sum of products of a and b over one axis of each, row by row; the result has a's other axes, then b's, and one
 * axis of extent 1 where nothing is left. With `normalized`, the cosine.
 */
export function dot(a: Node, b: Node, axes: readonly [number, number], normalized = false): Node {
  const [left, right] = axes.map((axis, i) => (axis < 0 ? axis + [a, b][i].shape.length : axis));
  const rows = a.shape[0];
  const flattened = (x: Node, axis: number) => {
    const unit = normalized ? unitNorm(x, [axis]) : x;
    const others = x.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const extents = others.map((i) => x.shape[i]);
    const count = sizeOf(extents);
    return { extents, matrix: reshape(transpose(unit, [0, ...others, axis]), [rows, count, x.shape[axis]]) };
  };
  const [p, q] = [flattened(a, left), flattened(b, right)];
  const shape = [rows, ...p.extents, ...q.extents];
  return reshape(matmul(p.matrix, q.matrix, false, true), shape.length === 1 ? [rows, 1] : shape);
}

function merge(parts: readonly Node[], combine: (a: Node, b: Node) => Node): Node {
  if (parts.length === 0) throw new ShapeError('nothing to merge');
  const rank = Math.max(...parts.map((part) => part.shape.length));
  return parts
    .map((part) => {
      const lead = new Array<number>(rank - part.shape.length).fill(1);
      return reshape(part, [part.shape[0], ...lead, ...part.shape.slice(1)]);
    })
    .reduce(combine);
}
