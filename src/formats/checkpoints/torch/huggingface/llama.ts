import type { Node } from '../../../../autodiff/graph';
import { add, mul } from '../../../../autodiff/operations';
import { type Sight, attend, repeatHeads } from '../../../../network/attention';
import { joinHeads, splitHeads } from '../recipes/attention';
import type { Activation } from '../recipes/images';
import { Misfit } from '../recipes/tensors';
import type { Walk } from '../recipes/walk';
import { activationOf } from './activation';
import type { Config } from './config';
import { type Head, headFor } from './encoder';
import { type HuggingFaceModel, baseOf, seen, texts, wordScores } from './model';
import { atLastWord } from './padding';
import { frequencies, rotated } from './rotary';

interface BlockSettings {
  readonly heads: number;
  readonly keyHeads: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly angles: Float64Array;
  readonly sight: Sight;
}

/** Grouped-query attention with rotary positions, in Qwen3 of normalized queries and keys. */
function attention(walk: Walk, x: Node, { heads, keyHeads, epsilon, angles, sight }: BlockSettings): Node {
  const turned = (name: 'q' | 'k', count: number) => {
    const apart = splitHeads(walk.linear(x, `${name}_proj`), count);
    const normed = walk.tensors.holds(`${name}_norm`) ? walk.rmsNorm(apart, `${name}_norm`, epsilon) : apart;
    return rotated(normed, angles);
  };
  if (heads % keyHeads !== 0) throw new Misfit(`${heads} heads do not share ${keyHeads}`);
  const q = turned('q', heads);
  const k = repeatHeads(turned('k', keyHeads), heads / keyHeads);
  const v = repeatHeads(splitHeads(walk.linear(x, 'v_proj'), keyHeads), heads / keyHeads);
  return walk.linear(
    joinHeads(attend({ q, k, v }, q.shape[3] ** -0.5, { ...sight, causal: true })),
    'o_proj',
  );
}

function block(walk: Walk, x: Node, settings: BlockSettings): Node {
  const { epsilon, activation } = settings;
  const y = add(x, attention(walk.at('self_attn'), walk.rmsNorm(x, 'input_layernorm', epsilon), settings));
  const inner = walk.rmsNorm(y, 'post_attention_layernorm', epsilon);
  const layers = walk.at('mlp');
  const gated = mul(activation(layers.linear(inner, 'gate_proj')), layers.linear(inner, 'up_proj'));
  return add(y, layers.linear(gated, 'down_proj'));
}

const headsFor = (config: Config, ids?: Node): Readonly<Record<string, Head>> => ({
  ForCausalLM: ({ walk, base, x }) => wordScores(walk, x, { head: 'lm_head', table: [base, 'embed_tokens'] }),
  ForSequenceClassification: ({ walk, x }) => atLastWord(walk.linear(x, 'score'), ids!, paddingOf(config)),
  ForTokenClassification: ({ walk, x }) => walk.linear(x, 'score'),
  Model: ({ x }) => x,
});

const paddingOf = (config: Config): number | undefined =>
  config.has('pad_token_id') ? config.number('pad_token_id') : undefined;

/** How far back a layer sees: as far as the configuration says, where that layer's sight is cut at all. */
function windowOf(config: Config, layer: number): number | undefined {
  if (!config.has('sliding_window')) return undefined;
  if (config.modelType !== 'mistral' && !config.flag('use_sliding_window', false)) return undefined;
  const kinds = config.texts('layer_types');
  if (kinds.length > 0 && kinds[layer] !== 'sliding_attention') return undefined;
  if (kinds.length === 0 && config.modelType !== 'mistral' && layer < config.number('max_window_layers', 0))
    return undefined;
  return config.count('sliding_window');
}

function build(walk: Walk, ids: Node, mask: Node | undefined, config: Config): Node {
  const base = baseOf(walk, 'model');
  const epsilon = config.number('rms_norm_eps', 1e-6);
  const activation = activationOf(config, 'hidden_act', 'silu');
  const heads = config.count('num_attention_heads');
  const keyHeads = config.count('num_key_value_heads', heads);
  const blocks = base.tensors.count('layers.');
  const width = base.tensors.shape('layers.0.self_attn.q_proj.weight')[0] / heads;
  const angles = frequencies(config, width);
  let x = base.embedding(ids, 'embed_tokens', paddingOf(config));
  for (let i = 0; i < blocks; i++) {
    const window = windowOf(config, i);
    const sight = { ...seen(mask), ...(window === undefined ? {} : { window }) };
    x = block(base.at('layers', i), x, { heads, keyHeads, epsilon, activation, angles, sight });
  }
  x = base.rmsNorm(x, 'norm', epsilon);
  return headFor(config, headsFor(config, ids))({ walk, base, x, epsilon, activation });
}

/** Llama, Mistral and Qwen (Touvron et al. 2023, Jiang et al. 2023). */
export const llama: HuggingFaceModel = {
  types: ['llama', 'mistral', 'qwen2', 'qwen3'],
  ties: (config) =>
    config.flag('tie_word_embeddings', false) ? [['lm_head.weight', 'model.embed_tokens.weight']] : [],
  recipe(tensors, config) {
    headFor(config, headsFor(config));
    const base = tensors.holds('model') ? tensors.at('model') : tensors;
    const untied = config.architecture.endsWith('ForCausalLM') && !config.flag('tie_word_embeddings', false);
    if (untied) tensors.shape('lm_head.weight');
    return {
      title: `transformers' ${config.architecture || config.modelType} of ${base.count('layers.')} layers`,
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
