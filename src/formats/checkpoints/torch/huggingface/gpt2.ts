import type { Node } from '../../../../autodiff/graph';
import { add, transpose } from '../../../../autodiff/operations';
import { attend } from '../../../../network/attention';
import type { Sight } from '../../../../network/attention';
import { joinHeads, parts, splitHeads } from '../recipes/attention';
import type { Activation } from '../recipes/images';
import type { Walk } from '../recipes/walk';
import { activationOf } from './activation';
import type { Config } from './config';
import { type Head, firstPositions, headFor } from './encoder';
import { type HuggingFaceModel, baseOf, seen, texts, wordScores } from './model';
import { atLastWord } from './padding';

/** A layer whose weight is [in, out], which transformers call Conv1D. */
function layer(walk: Walk, x: Node, name: string): Node {
  const inner = walk.at(name);
  const weight = inner.tensor('weight', 'kernel', 1);
  const bias = inner.vector('bias', 'bias', weight.shape[1]);
  return inner.done('Conv1D', inner.product(x, transpose(weight, [1, 0]), 'weight', bias));
}

interface BlockSettings {
  readonly heads: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly sight: Sight;
  /** What the scores are divided by besides. */
  readonly divisor: number;
  readonly scaled: boolean;
}

function block(walk: Walk, x: Node, settings: BlockSettings): Node {
  const { heads, epsilon, activation, sight, divisor, scaled } = settings;
  const all = layer(walk, walk.layerNorm(x, 'ln_1', epsilon), 'attn.c_attn');
  const [q, k, v] = parts(all, 3, 2).map((part) => splitHeads(part, heads));
  const scale = (scaled ? q.shape[3] ** -0.5 : 1) / divisor;
  const mixed = joinHeads(attend({ q, k, v }, scale, { ...sight, causal: true }));
  const y = add(layer(walk, mixed, 'attn.c_proj'), x);
  const inner = activation(layer(walk, walk.layerNorm(y, 'ln_2', epsilon), 'mlp.c_fc'));
  return add(y, layer(walk, inner, 'mlp.c_proj'));
}

const headsFor = (config: Config, ids?: Node): Readonly<Record<string, Head>> => ({
  LMHeadModel: ({ walk, base, x }) => wordScores(walk, x, { head: 'lm_head', table: [base, 'wte'] }),
  ForSequenceClassification: ({ walk, x }) =>
    atLastWord(
      walk.linear(x, 'score'),
      ids!,
      config.has('pad_token_id') ? config.number('pad_token_id') : undefined,
    ),
  Model: ({ x }) => x,
});

function build(walk: Walk, ids: Node, mask: Node | undefined, config: Config): Node {
  const base = baseOf(walk, 'transformer');
  const epsilon = config.number('layer_norm_epsilon', 1e-5);
  const activation = activationOf(config, 'activation_function', 'gelu_new');
  let x = add(base.embedding(ids, 'wte'), firstPositions(base, 'wpe', ids.shape[1]));
  const blocks = base.tensors.count('h.');
  for (let i = 0; i < blocks; i++)
    x = block(base.at('h', i), x, {
      heads: config.count('n_head'),
      epsilon,
      activation,
      sight: seen(mask),
      divisor: config.flag('scale_attn_by_inverse_layer_idx', false) ? i + 1 : 1,
      scaled: config.flag('scale_attn_weights', true),
    });
  x = base.layerNorm(x, 'ln_f', epsilon);
  return headFor(config, headsFor(config, ids))({ walk, base, x, epsilon, activation });
}

/** GPT-2 (Radford et al. 2019). */
export const gpt2: HuggingFaceModel = {
  types: ['gpt2'],
  ties: (config) =>
    config.flag('tie_word_embeddings', true) ? [['lm_head.weight', 'transformer.wte.weight']] : [],
  recipe(tensors, config) {
    if (config.flag('add_cross_attention', false))
      config.refuse('add_cross_attention', 'which is not supported');
    headFor(config, headsFor(config));
    const base = tensors.holds('transformer') ? tensors.at('transformer') : tensors;
    return {
      title: `transformers' ${config.architecture || 'GPT-2'} of ${base.count('h.')} layers`,
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
