import type { Node } from '../../../../autodiff/graph';
import { add, broadcast, concat, reshape, take, tanh, transpose } from '../../../../autodiff/operations';
import { gelu } from '../../../../network/activations';
import { selfAttention } from '../recipes/attention';
import type { Family, Recipe, Variant } from '../recipes/recipe';
import { Misfit, type Tensors } from '../recipes/tensors';
import { type Walk, classesOf } from '../recipes/walk';

const EPSILON = 1e-6;

/** Heads of torchvision's widths; no tensor says them. */
const HEADS: Readonly<Record<number, number>> = { 768: 12, 1024: 16, 1280: 16 };

/** Numbers of heads that may have been, the likeliest first. */
function headsOf(width: number): readonly [number, ...number[]] {
  if (width in HEADS) return [HEADS[width]];
  const [first, ...others] = [64, 32, 16, 48, 24, 8]
    .map((each) => width / each)
    .filter((heads) => Number.isInteger(heads));
  return [first ?? 1, ...others];
}

function block(walk: Walk, x: Node, heads: number): Node {
  const y = add(selfAttention(walk, walk.layerNorm(x, 'ln_1', EPSILON), 'self_attention', heads), x);
  // Files of before torchvision 0.13 have the older names.
  const [first, second] = walk.tensors.holds('mlp.0') ? ['mlp.0', 'mlp.3'] : ['mlp.linear_1', 'mlp.linear_2'];
  const inner = gelu(walk.linear(walk.layerNorm(y, 'ln_2', EPSILON), first));
  return add(y, walk.linear(inner, second));
}

/** [N, C, H, W] as [N, 1 + patches, width], the class token first. */
function embedded(walk: Walk, x: Node): Node {
  const token = walk.tensor('class_token', 'embedding');
  const [, , patch] = walk.tensors.shape('conv_proj.weight');
  const patches = walk.conv(x, 'conv_proj', { stride: patch, padding: 0 });
  const [rows, width, height, across] = patches.shape;
  const sequence = transpose(reshape(patches, [rows, width, height * across]), [0, 2, 1]);
  return concat([broadcast(token, [rows, 1, width]), sequence], 1);
}

function build(walk: Walk, x: Node, heads: number): Node {
  const encoder = walk.at('encoder');
  let y = embedded(walk, x);
  y = add(y, encoder.tensor('pos_embedding', 'embedding'));
  const layers = walk.tensors.count('encoder.layers.encoder_layer_');
  for (let i = 0; i < layers; i++) y = block(encoder.at('layers', `encoder_layer_${i}`), y, heads);
  y = take(encoder.layerNorm(y, 'ln', EPSILON), 1, 0);
  if (walk.tensors.holds('heads.pre_logits')) y = tanh(walk.linear(y, 'heads.pre_logits'));
  return walk.head(y, headOf(walk.tensors));
}

/** The head is `heads.head`, or, where somebody put another in the place of all heads, `heads`. */
const headOf = (tensors: Tensors): string => (tensors.holds('heads.head') ? 'heads.head' : 'heads');

const NAMES: Readonly<Record<string, string>> = { '12 768': 'vit_b', '24 1024': 'vit_l', '32 1280': 'vit_h' };

/** torchvision's (Dosovitskiy et al. 2021). */
export const vit: Family = {
  name: "torchvision's vision transformers",
  resembles: (tensors) => tensors.has('class_token') && tensors.holds('encoder.layers.encoder_layer_0'),
  recipe(tensors): Recipe {
    const [width, channels, patch] = tensors.shape('conv_proj.weight');
    const side = Math.sqrt(tensors.shape('encoder.pos_embedding')[1] - 1);
    if (!Number.isInteger(side)) throw new Misfit('its positions are no square');
    const layers = tensors.count('encoder.layers.encoder_layer_');
    const name = NAMES[`${layers} ${width}`] as string | undefined;
    const row = [channels, side * patch, side * patch];
    const [usual, ...others] = headsOf(width).map((heads): Variant => ({
      name: `${heads} ${heads === 1 ? 'head' : 'heads'}`,
      build: (walk, [x]) => build(walk, x, heads),
    }));
    return {
      title: `torchvision's ${name ? `${name}_${patch}` : `vision transformer of ${layers} layers`} for ${row[1]} x ${row[2]} pixels with ${classesOf(tensors, headOf(tensors))} classes`,
      inputs: [{ name: 'input', shape: row, dtype: 'float' }],
      example: [row],
      layout: 'NCHW',
      variants: [usual, ...others],
    };
  },
};
