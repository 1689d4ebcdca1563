import type { Node } from '../../../../autodiff/graph';
import { reshape, sliceAxis, transpose } from '../../../../autodiff/operations';
import { type Sight, attend } from '../../../../network/attention';
import { Misfit } from './tensors';
import type { Walk } from './walk';

/** x [N, T, heads * width] as [N, heads, T, width]. */
export function splitHeads(x: Node, heads: number): Node {
  const [rows, positions, width] = x.shape;
  if (width % heads !== 0) throw new Misfit(`${width} numbers do not make ${heads} heads`);
  return transpose(reshape(x, [rows, positions, heads, width / heads]), [0, 2, 1, 3]);
}

/** [N, heads, T, width] as [N, T, heads * width]. */
export function joinHeads(x: Node): Node {
  const [rows, heads, positions, width] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [rows, positions, heads * width]);
}

/** An axis in equal parts. */
export function parts(x: Node, count: number, axis: number): Node[] {
  const extent = x.shape[axis] / count;
  if (!Number.isInteger(extent)) throw new Misfit(`${x.shape[axis]} numbers do not make ${count} parts`);
  return Array.from({ length: count }, (_, i) => sliceAxis(x, axis, i * extent, (i + 1) * extent));
}

/** Attention of queries, keys and values [N, T, heads * width], scaled by the root of a head's width: [N, T, heads * width]. */
export function attention(
  { q, k, v }: { readonly q: Node; readonly k: Node; readonly v: Node },
  heads: number,
  sight: Sight = {},
): Node {
  const [queries, keys, values] = [q, k, v].map((x) => splitHeads(x, heads));
  return joinHeads(attend({ q: queries, k: keys, v: values }, (q.shape[2] / heads) ** -0.5, sight));
}

/** `torch.nn.MultiheadAttention` of x [N, T, width] to itself. */
export function selfAttention(walk: Walk, x: Node, name: string, heads: number): Node {
  const inner = walk.at(name);
  const weight = inner.tensor('in_proj_weight', 'kernel', 0);
  const bias = inner.vector('in_proj_bias', 'bias', weight.shape[0]);
  const [q, k, v] = parts(inner.product(x, weight, 'in_proj_weight', bias), 3, 2);
  return inner.done('MultiheadAttention', inner.linear(attention({ q, k, v }, heads), 'out_proj'));
}
