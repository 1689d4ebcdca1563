import type { Node } from '../../../../autodiff/graph';
import { add, gather, matmul, mul, reshape, transpose } from '../../../../autodiff/operations';
import { weigh } from '../../../../network/attention';
import { joinHeads, splitHeads } from '../recipes/attention';
import type { Walk } from '../recipes/walk';
import { activationOf } from './activation';
import { Config } from './config';
import { type HuggingFaceModel, seen, texts } from './model';

/** The row of the bias table for a key that stands `offset` positions behind its query: fine nearby, coarse far off. */
function bucketOf(offset: number, buckets: number, farthest: number): number {
  const half = buckets / 2;
  const away = Math.abs(offset);
  const exact = half / 2;
  const coarse = () =>
    Math.min(
      half - 1,
      exact + Math.floor((Math.log(away / exact) / Math.log(farthest / exact)) * (half - exact)),
    );
  return (offset > 0 ? half : 0) + (away < exact ? away : coarse());
}

/** What is added to the scores, the same in all blocks: [heads, positions, positions] (Raffel et al. 2020). */
function bias(walk: Walk, positions: number, config: Config): Node {
  const table = walk.tensor('relative_attention_bias.weight', 'embedding', 0);
  const [buckets] = table.shape;
  const farthest = config.count('relative_attention_max_distance', 128);
  const rows = Int32Array.from({ length: positions ** 2 }, (_, i) =>
    bucketOf((i % positions) - Math.floor(i / positions), buckets, farthest),
  );
  const chosen = gather(table, walk.graph.constant(rows, [positions ** 2]));
  return transpose(reshape(chosen, [positions, positions, table.shape[1]]), [2, 0, 1]);
}

interface Settings {
  readonly heads: number;
  readonly epsilon: number;
  readonly mask: Node | undefined;
  readonly places: Node;
  readonly config: Config;
}

function block(walk: Walk, x: Node, { heads, epsilon, mask, places, config }: Settings): Node {
  const first = walk.at('layer.0');
  const inner = first.at('SelfAttention');
  const normed = first.rmsNorm(x, 'layer_norm', epsilon);
  const [q, k, v] = ['q', 'k', 'v'].map((name) => splitHeads(inner.linear(normed, name), heads));
  const scores = add(matmul(q, k, false, true), places);
  const y = add(x, inner.linear(joinHeads(weigh(scores, v, seen(mask))), 'o'));
  const second = walk.at('layer.1');
  return add(y, layers(second.at('DenseReluDense'), second.rmsNorm(y, 'layer_norm', epsilon), config));
}

/** Two layers, or a gated pair and one. */
function layers(walk: Walk, x: Node, config: Config): Node {
  const gated = walk.tensors.holds('wi_0');
  const said = config.text('feed_forward_proj', gated ? 'gated-gelu' : 'relu').replace(/^gated-/, '');
  const name = config.text('dense_act_fn', gated && said === 'gelu' ? 'gelu_new' : said);
  const activation = activationOf(new Config({ dense_act_fn: name }, config.path), 'dense_act_fn', 'relu');
  const inner = gated
    ? mul(activation(walk.linear(x, 'wi_0')), walk.linear(x, 'wi_1'))
    : activation(walk.linear(x, 'wi'));
  return walk.linear(inner, 'wo');
}

function build(walk: Walk, ids: Node, mask: Node | undefined, config: Config): Node {
  const encoder = walk.at('encoder');
  const epsilon = config.number('layer_norm_epsilon', 1e-6);
  const heads = config.count('num_heads');
  let x = walk.embedding(ids, 'shared');
  const places = bias(encoder.at('block.0.layer.0.SelfAttention'), ids.shape[1], config);
  const blocks = encoder.tensors.count('block.');
  for (let i = 0; i < blocks; i++)
    x = block(encoder.at('block', i), x, { heads, epsilon, mask, places, config });
  return encoder.rmsNorm(x, 'final_layer_norm', epsilon);
}

/** T5's encoder. */
export const t5: HuggingFaceModel = {
  types: ['t5'],
  ties: () => [['encoder.embed_tokens.weight', 'shared.weight']],
  recipe(tensors, config) {
    if (!config.architecture.endsWith('EncoderModel'))
      config.refuse('architectures', 'of which T5EncoderModel is read');
    return {
      title: `transformers' ${config.architecture} of ${tensors.count('encoder.block.')} layers`,
      ...texts('attention_mask'),
      variants: [
        {
          name: 'the usual',
          build: (walk, [ids], named) => build(walk, ids, named('attention_mask'), config),
        },
      ],
      leftOver: /./,
    };
  },
};
