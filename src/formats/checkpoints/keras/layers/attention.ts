import type { Node } from '../../../../autodiff/graph';
import { broadcast, matmul, mul, reshape, sigmoid, transpose } from '../../../../autodiff/operations';
import { type Shape, inversePermutation, normalizeAxes } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import {
  type HeadWeights,
  additiveScores,
  attentionWeights,
  fromHeads,
  repeatHeads,
  toHeads,
  weigh,
} from '../../../../network/attention';
import { bothMasks, keep } from '../../../../network/masks';
import { dropout } from '../../../../network/stochastic';
import { UserError } from '../../../../core/errors';
import { type LayerRow, type LayerSource, type LayerUse, type Value, argumentOf, shaped } from './row';

/** A projection to heads or from them; for the output the kernel's last axis counts the neurons. */
function projection(layer: LayerSource, key: string, label: string, filterAxis: number) {
  const part = layer.part(`${key}_dense`, label);
  const kernel = part.weight('kernel', 'kernel', filterAxis);
  const bias = layer.config.flag('use_bias', true) ? part.weight('bias', 'bias') : undefined;
  const { shape } = kernel;
  const wanted = key === 'output' ? shape.slice(-1) : shape.slice(1);
  return (read: LayerUse['read']): HeadWeights => ({
    kernel: read(kernel),
    bias: bias && shaped(read, bias, wanted),
  });
}

/** Query, value and key as they were given; the value stands in for a missing key. */
function operandsOf(use: LayerUse): { query: Value; value: Value; key: Value | undefined } {
  const [query, value, key] = ['query', 'value', 'key'].map((name, i) => argumentOf(use, name, i));
  if (!query || !value) throw new UserError('needs a query and a value');
  return { query, value, key };
}

/**
 * Masks [rows, T] of queries and [rows, S] of what they look at, and one for each pair, as one that fits [rows, heads, T, S].
 * Of positions along several axes only pairs have masks, [rows, ..., T..., S...].
 */
function allowedPairs(
  { query, value, key }: ReturnType<typeof operandsOf>,
  keywords: LayerUse['keywords'],
  q: Positions,
  k: Positions,
): Node | undefined {
  const named = (name: string) => keywords.get(name)?.[0].node;
  const rows = query.node.shape[0];
  const from = (mask: Node | undefined) => mask && reshape(mask, [rows, 1, mask.shape[1], 1]);
  const to = (mask: Node | undefined) => mask && reshape(mask, [rows, 1, 1, mask.shape[1]]);
  const pairs = named('attention_mask');
  const one = [
    from(query.mask ?? named('query_mask')),
    to(named('value_mask') ?? value.mask),
    to(named('key_mask') ?? key?.mask),
  ].reduce(bothMasks, undefined);
  if (one && query.node.shape.length !== 3)
    throw new UserError('masks positions along several axes by one axis, which is not supported');
  return bothMasks(one, pairs && pairsOf(pairs, q, k));
}

/** A mask for each pair of positions as it fits [rows, heads, T, S]; what it does not say of heads and rows between holds for all. */
function pairsOf(mask: Node, q: Positions, k: Positions): Node {
  const ends = [...q.positions, ...k.positions];
  const before = mask.shape.slice(0, mask.shape.length - ends.length);
  const heads = before.length > q.lead.length ? before[before.length - 1] : 1;
  const given = before.slice(0, q.lead.length);
  const lead = [...given, ...new Array<number>(q.lead.length - given.length).fill(1)];
  // Without rows between the axes a mask for all rows stays one.
  const whole = q.lead.length === 1 ? lead : q.lead;
  const wide = broadcast(reshape(mask, [...lead, heads, ...ends]), [...whole, heads, ...ends]);
  return reshape(wide, [sizeOf(whole), heads, sizeOf(q.positions), sizeOf(k.positions)]);
}

/** Several axes of positions as one, the other axes between as rows; and back. */
interface Positions {
  readonly flat: Node;
  /** Extents of the rows and the axes between. */
  readonly lead: Shape;
  readonly positions: Shape;
  readonly back: (y: Node) => Node;
}

function positionsOf(x: Node, axes: readonly number[]): Positions {
  const inner = x.shape.slice(1, -1).map((_, i) => i + 1);
  const last = x.shape.length - 1;
  const order = [0, ...inner.filter((axis) => !axes.includes(axis)), ...axes, last];
  const moved = transpose(x, order);
  const lead = moved.shape.slice(0, last - axes.length);
  const positions = moved.shape.slice(last - axes.length, last);
  return {
    flat: reshape(moved, [sizeOf(lead), sizeOf(positions), x.shape[last]]),
    lead,
    positions,
    back: (y) =>
      transpose(reshape(y, [...lead, ...positions, ...y.shape.slice(2)]), inversePermutation(order)),
  };
}

const KEYWORDS = [
  'query',
  'value',
  'key',
  'use_causal_mask',
  'attention_mask',
  'value_mask',
  'key_mask',
  'return_attention_scores',
];

/** Attention by heads: keys and values may have fewer heads than queries, each serving several (Ainslie et al. 2023). */
function headAttention(className: string, widthKey: string): LayerRow {
  return {
    classNames: [className],
    masks: (use) => [operandsOf(use).query.mask],
    keywords: KEYWORDS,
    build(layer) {
      const { config, legacy } = layer;
      const width = config.integer(widthKey);
      const query = projection(layer, 'query', 'query', 1);
      const key = projection(layer, 'key', 'key', 1);
      const gate = config.flag('use_gate', false) ? projection(layer, 'gate', 'gate', 1) : undefined;
      const value = projection(layer, 'value', 'value', 1);
      const output = projection(layer, 'output', 'attention_output', 2);
      const window = config.optional('sliding_window');
      const rate = config.number('dropout', 0);
      return (use) => {
        const operands = operandsOf(use);
        const { keywords, options, read, training } = use;
        const rank = operands.query.node.shape.length;
        const { attention_axes: stored } = config.raw;
        const axes =
          stored === null || stored === undefined
            ? Array.from({ length: rank - 2 }, (_, i) => i + 1)
            : normalizeAxes(config.axes('attention_axes', 1), rank);
        if (rank !== 3 && (window !== undefined || options.use_causal_mask === true))
          throw new UserError('orders positions along several axes, which is not supported');
        const [q, v, k] = [operands.query, operands.value, operands.key ?? operands.value].map(({ node }) =>
          positionsOf(node, axes),
        );
        const queries = toHeads(q.flat, query(read));
        const [keys, values] = [toHeads(k.flat, key(read)), toHeads(v.flat, value(read))].map((heads) =>
          repeatHeads(heads, queries.shape[1] / heads.shape[1]),
        );
        const scored = options.return_attention_scores === true;
        // Keras takes another path with dropout, scores or more axes, which leaves nothing where nothing is allowed.
        const explicit = (rate > 0 || scored || rank !== 3) && !legacy;
        const weights = attentionWeights(matmul(mul(queries, 1 / Math.sqrt(width)), keys, false, true), {
          causal: options.use_causal_mask === true,
          window,
          allowed: allowedPairs(operands, keywords, q, k),
          blind: explicit ? 'nothing' : 'even',
        });
        const attended = matmul(training ? dropout(weights, rate, training) : weights, values);
        const gated = gate ? mul(attended, sigmoid(toHeads(q.flat, gate(read)))) : attended;
        const result = q.back(fromHeads(gated, output(read)));
        return scored
          ? [result, reshape(weights, [...q.lead, weights.shape[1], ...q.positions, ...k.positions])]
          : result;
      };
    },
  };
}

/** A row for attention without projections, on a list of query, value and perhaps key. */
function plainAttention(
  className: string,
  build: (layer: LayerSource) => (read: LayerUse['read']) => (q: Node, k: Node) => Node,
): LayerRow {
  return {
    classNames: [className],
    masks: ({ masks }) => masks.slice(0, 1),
    keywords: ['use_causal_mask'],
    build(layer) {
      const scoresOf = build(layer);
      const rate = layer.config.number('dropout', 0);
      return ({ inputs: [q, v, k = v], masks: [queryMask, valueMask], options, read, training }) => {
        const attended = weigh(scoresOf(read)(q, k), v, {
          causal: options.use_causal_mask === true || layer.config.flag('causal', false),
          allowed: valueMask && reshape(valueMask, [valueMask.shape[0], 1, valueMask.shape[1]]),
          thin: training && ((weights) => dropout(weights, rate, training)),
        });
        return queryMask ? keep(attended, queryMask, 0) : attended;
      };
    },
  };
}

export const attentionRows: readonly LayerRow[] = [
  headAttention('MultiHeadAttention', 'key_dim'),
  headAttention('GroupQueryAttention', 'head_dim'),
  plainAttention('Attention', (layer) => {
    const { score_mode: mode = 'dot' } = layer.config.raw;
    const scale = layer.config.flag('use_scale', false) ? layer.weight('scale', 'norm') : undefined;
    const outer = mode === 'concat' ? layer.weight('concat_score_weight', 'norm') : undefined;
    return (read) => (q, k) => {
      if (outer) return additiveScores(q, k, read(outer), scale && read(scale));
      const scores = matmul(q, k, false, true);
      return scale ? mul(scores, read(scale)) : scores;
    };
  }),
  plainAttention('AdditiveAttention', (layer) => {
    const scale = layer.config.flag('use_scale', true) ? layer.weight('scale', 'norm') : undefined;
    return (read) => (q, k) => additiveScores(q, k, scale ? shaped(read, scale, q.shape.slice(-1)) : 1);
  }),
];
