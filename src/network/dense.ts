import type { Node } from '../autodiff/graph';
import { add, matmul, reshape } from '../autodiff/operations';
import { sizeOf } from '../core/size-of';

/** x [..., in] times kernel [in, out] plus bias [out], over the last axis. */
export function dense(x: Node, kernel: Node, bias?: Node): Node {
  const lead = x.shape.slice(0, -1);
  const flat = reshape(x, [sizeOf(lead), x.shape[x.shape.length - 1]]);
  const product = matmul(flat, kernel);
  const y = bias ? add(product, bias) : product;
  return reshape(y, [...lead, kernel.shape[1]]);
}
