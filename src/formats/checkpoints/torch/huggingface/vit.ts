import type { Node } from '../../../../autodiff/graph';
import { add, broadcast, concat, reshape, take, transpose } from '../../../../autodiff/operations';
import { attention } from '../recipes/attention';
import type { Activation } from '../recipes/images';
import type { Walk } from '../recipes/walk';
import { activationOf } from './activation';
import type { Config } from './config';
import { type Head, headFor } from './encoder';
import { type HuggingFaceModel, baseOf } from './model';

const HEADS: Readonly<Record<string, Head>> = {
  Model: ({ x }) => x,
  ForImageClassification: ({ walk, x }) => walk.linear(take(x, 1, 0), 'classifier'),
};

interface BlockSettings {
  readonly heads: number;
  readonly epsilon: number;
  readonly activation: Activation;
}

function block(walk: Walk, x: Node, { heads, epsilon, activation }: BlockSettings): Node {
  const normed = walk.layerNorm(x, 'layernorm_before', epsilon);
  const [q, k, v] = ['query', 'key', 'value'].map((name) =>
    walk.linear(normed, `attention.attention.${name}`),
  );
  const y = add(walk.linear(attention({ q, k, v }, heads), 'attention.output.dense'), x);
  const inner = activation(walk.linear(walk.layerNorm(y, 'layernorm_after', epsilon), 'intermediate.dense'));
  return add(walk.linear(inner, 'output.dense'), y);
}

/** [rows, channels, height, width] as [rows, 1 + patches, width], the class token first. */
function embedded(walk: Walk, x: Node, patch: number): Node {
  const token = walk.tensor('cls_token', 'embedding');
  const places = walk.tensor('position_embeddings', 'embedding');
  const patches = walk.conv(x, 'patch_embeddings.projection', { stride: patch, padding: 0 });
  const [rows, width, height, across] = patches.shape;
  const sequence = transpose(reshape(patches, [rows, width, height * across]), [0, 2, 1]);
  return add(concat([broadcast(token, [rows, 1, width]), sequence], 1), places);
}

function build(walk: Walk, x: Node, config: Config): Node {
  const base = baseOf(walk, 'vit');
  const epsilon = config.number('layer_norm_eps', 1e-12);
  const activation = activationOf(config, 'hidden_act', 'gelu');
  const heads = config.count('num_attention_heads');
  let y = embedded(base.at('embeddings'), x, config.count('patch_size', 16));
  const blocks = base.tensors.count('encoder.layer.');
  for (let i = 0; i < blocks; i++) y = block(base.at('encoder.layer', i), y, { heads, epsilon, activation });
  y = base.layerNorm(y, 'layernorm', epsilon);
  return headFor(config, HEADS)({ walk, base, x: y, epsilon, activation });
}

/** The vision transformer of transformers (Dosovitskiy et al. 2021). */
export const vitOfTransformers: HuggingFaceModel = {
  types: ['vit'],
  recipe(tensors, config) {
    headFor(config, HEADS);
    const base = tensors.holds('vit') ? tensors.at('vit') : tensors;
    const side = config.count('image_size', 224);
    const row = [config.count('num_channels', 3), side, side];
    return {
      title: `transformers' ${config.architecture || 'ViT'} of ${base.count('encoder.layer.')} layers`,
      inputs: [{ name: 'pixel_values', shape: row, dtype: 'float' }],
      example: [row],
      layout: 'NCHW',
      variants: [{ name: 'the usual', build: (walk, [x]) => build(walk, x, config) }],
      leftOver: /./,
    };
  },
};
