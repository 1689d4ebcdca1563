import type { Node } from '../../../../../autodiff/graph';
import { add, broadcast, matmul, maximum, mul, reshape } from '../../../../../autodiff/operations';
import { type Shape, ShapeError, broadcastShapes } from '../../../../../autodiff/shape';
import { type Sight, weigh } from '../../../../../network/attention';
import { type Value, nodeOf } from '../../../onnx/value';
import type { AtenCall } from '../call';
import { type AtenRow, rows } from './row';

/** Far enough below any score that the weight rounds to 0 in every precision, where PyTorch has minus infinity. */
const NEVER = -1e9;

/** Every head of k or v [..., heads, S, width] for as many heads of q as share it. */
function shared(x: Node, heads: number): Node {
  const [own, positions, width] = x.shape.slice(-3);
  if (own === heads) return x;
  if (heads % own !== 0) throw new ShapeError(`${heads} heads do not share ${own}`);
  const lead = x.shape.slice(0, -3);
  const apart = reshape(x, [...lead, own, 1, positions, width]);
  return reshape(broadcast(apart, [...lead, own, heads / own, positions, width]), [
    ...lead,
    heads,
    positions,
    width,
  ]);
}

/** A mask of truth values says where a query looks; one of floats is added to the scores. */
function masked(scores: Node, mask: Value | undefined): { readonly scores: Node; readonly sight: Sight } {
  if (!mask) return { scores, sight: {} };
  const node = nodeOf(scores.graph, mask);
  const wide = broadcast(node, broadcastShapes(node.shape, scores.shape));
  return mask.type === 'boolean'
    ? { scores, sight: { allowed: wide, blind: 'nothing' } }
    : { scores: add(scores, maximum(wide, NEVER)), sight: {} };
}

/** softmax(scale q k' + mask) v, with heads that share keys where there are fewer of those. */
function attention(call: AtenCall): Node {
  const q = call.floats(0);
  const grouped = call.flag('enable_gqa', false);
  const heads = q.shape[q.shape.length - 3];
  const [k, v] = [1, 2].map((i) => (grouped ? shared(call.floats(i), heads) : call.floats(i)));
  const lead = [q, k, v].reduce<Shape>((all, x) => broadcastShapes(all, x.shape.slice(0, -2)), []);
  const whole = (x: Node) => broadcast(x, [...lead, ...x.shape.slice(-2)]);
  const scale = call.number('scale', 1 / Math.sqrt(q.shape[q.shape.length - 1]));
  const products = matmul(mul(whole(q), scale), whole(k), false, true);
  const mask = call.has('attn_mask') ? call.value('attn_mask') : undefined;
  const { scores, sight } = masked(products, mask);
  return weigh(scores, whole(v), { ...sight, causal: call.flag('is_causal', false) });
}

export const attentionRows: readonly AtenRow[] = rows(
  [
    'scaled_dot_product_attention',
    '_scaled_dot_product_flash_attention_for_cpu',
    '_scaled_dot_product_attention_math',
  ],
  attention,
);
