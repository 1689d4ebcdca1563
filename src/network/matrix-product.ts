import type { Node } from '../autodiff/graph';
import { broadcast, matmul, reshape } from '../autodiff/operations';
import { ShapeError, broadcastShapes } from '../autodiff/shape';
import { sizeOf } from '../core/size-of';

/**
 * NumPy's product of a [..., m, k] and b [..., k, n]: matrices over the last two axes, the others broadcast; a vector is a
 * row on the left and a column on the right.
 * @throws ShapeError for tensors without axes, and for extents that do not fit.
 */
export function matrixProduct(a: Node, b: Node): Node {
  if (a.shape.length === 0 || b.shape.length === 0) throw new ShapeError('a number has no matrix product');
  if (a.shape.length === 1) {
    const y = matrixProduct(reshape(a, [1, a.shape[0]]), b);
    return reshape(y, b.shape.length === 1 ? [] : [...y.shape.slice(0, -2), ...y.shape.slice(-1)]);
  }
  if (b.shape.length === 1) {
    const y = matrixProduct(a, reshape(b, [b.shape[0], 1]));
    return reshape(y, y.shape.slice(0, -1));
  }
  if (b.shape.length === 2) {
    // One matrix for all: a single large product.
    const lead = a.shape.slice(0, -1);
    const flat = reshape(a, [sizeOf(lead), a.shape[a.shape.length - 1]]);
    return reshape(matmul(flat, b), [...lead, b.shape[1]]);
  }
  const lead = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const whole = (x: Node) => broadcast(x, [...lead, ...x.shape.slice(-2)]);
  return matmul(whole(a), whole(b));
}
