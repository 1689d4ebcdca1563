import { claimed } from '../autodiff/shape';
import type { Node } from '../autodiff/graph';
import {
  add,
  broadcast,
  matmul,
  mul,
  reduceSum,
  reshape,
  select,
  tanh,
  transpose,
} from '../autodiff/operations';
import { sizeOf } from '../core/size-of';
import { dense } from './dense';
import { softmax } from './softmax';

/** A learned map to or from heads: kernel [in, heads, width] or, for the output, [heads, width, out]. */
export interface HeadWeights {
  readonly kernel: Node;
  readonly bias?: Node;
}

/** x [rows, positions, in] to [rows, heads, positions, width]. */
export function toHeads(x: Node, { kernel, bias }: HeadWeights): Node {
  const [inputs, heads, width] = kernel.shape;
  const [rows, positions] = x.shape;
  const flat = dense(x, reshape(kernel, [inputs, heads * width]), bias && reshape(bias, [heads * width]));
  return transpose(reshape(flat, [rows, positions, heads, width]), [0, 2, 1, 3]);
}

/** [rows, heads, positions, width] to [rows, positions, out]. */
export function fromHeads(x: Node, { kernel, bias }: HeadWeights): Node {
  const [rows, heads, positions, width] = x.shape;
  const joined = reshape(transpose(x, [0, 2, 1, 3]), [rows, positions, heads * width]);
  const outputs = kernel.shape.slice(2);
  const y = dense(
    joined,
    reshape(kernel, [heads * width, sizeOf(outputs)]),
    bias && reshape(bias, [sizeOf(outputs)]),
  );
  return reshape(y, [rows, positions, ...outputs]);
}

/** Every head of [rows, heads, positions, width] `count` times, one copy after the other: grouped-query attention. */
export function repeatHeads(x: Node, count: number): Node {
  const [rows, heads, positions, width] = x.shape;
  const apart = reshape(x, [rows, heads, 1, positions, width]);
  return reshape(broadcast(apart, [rows, heads, count, positions, width]), [
    rows,
    heads * count,
    positions,
    width,
  ]);
}

/** Which positions a query may look at. */
export interface Sight {
  /** Only positions up to its own. */
  readonly causal?: boolean;
  /** Only positions nearer than this. */
  readonly window?: number;
  /** 1 where it may, 0 where not; broadcasts against the scores. */
  readonly allowed?: Node;
  /** What a query sees that may look nowhere: everything alike (the default), or nothing. */
  readonly blind?: 'even' | 'nothing';
  /** What training does to the weights: dropout. */
  readonly thin?: (weights: Node) => Node;
}

/** Far enough below any score that the weight rounds to 0 in every precision. */
const NOT = -1e9;

/** Queries, keys and values: [rows, heads, steps, features]. */
export interface Attended {
  readonly q: Node;
  readonly k: Node;
  readonly v: Node;
}

/**
 * softmax(scale q k' + mask) v over the last two axes (Vaswani et al. 2017, equation 1): q [..., T, d], k [..., S, d],
 * v [..., S, e] give [..., T, e].
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { attend } from '../../src/network/attention';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const graph = new Graph();
 * const q = graph.fill(0, [1, 1, 2, 1]);
 * const v = tensor(graph, [1, 1, 2, 1], [1, 3]);
 * await valuesOf(attend({ q, k: q, v }, 1)); // => [2, 2]
 * await valuesOf(attend({ q, k: q, v }, 1, { causal: true })); // => [1, 2]
 * ```
 */
export function attend({ q, k, v }: Attended, scale: number, sight: Sight = {}): Node {
  return weigh(matmul(mul(q, scale), k, false, true), v, sight);
}

/** The mean of v [..., S, e] weighted by the softmax of scores [..., T, S]. */
export function weigh(scores: Node, v: Node, { thin = (weights) => weights, ...sight }: Sight = {}): Node {
  return matmul(thin(attentionWeights(scores, sight)), v);
}

/** The softmax of scores [..., T, S] over what each query may look at. */
export function attentionWeights(
  scores: Node,
  { causal = false, window, allowed, blind }: Omit<Sight, 'thin'> = {},
): Node {
  const [t, s] = scores.shape.slice(-2);
  const sees = (i: number) => {
    const [query, key] = [Math.floor(i / s), i % s];
    return (!causal || key <= query) && (window === undefined || Math.abs(key - query) < window);
  };
  const isFixed = causal || window !== undefined;
  const fixed = (yes: number, no: number) =>
    scores.graph.constant(
      Float64Array.from(claimed(t * s), (_, i) => (sees(i) ? yes : no)),
      [t, s],
    );
  if (!allowed) return softmax(isFixed ? add(scores, fixed(0, NOT)) : scores);
  const mask = broadcast(isFixed ? mul(allowed, fixed(1, 0)) : allowed, scores.shape);
  const weights = softmax(select(mask, scores, scores.graph.fill(NOT, scores.shape)));
  return blind === 'nothing' ? mul(weights, mask) : weights;
}

/** sum(scale tanh(q + k)) over the features, for every pair of positions (Bahdanau et al. 2015): [rows, T, S]. */
export function additiveScores(q: Node, k: Node, scale: Node | number, inner?: Node): Node {
  const [rows, t, width] = q.shape;
  const s = k.shape[1];
  const pairs = [rows, t, s, width];
  const sum = add(
    broadcast(reshape(q, [rows, t, 1, width]), pairs),
    broadcast(reshape(k, [rows, 1, s, width]), pairs),
  );
  return reduceSum(mul(scale, tanh(inner ? mul(inner, sum) : sum)), [3]);
}
