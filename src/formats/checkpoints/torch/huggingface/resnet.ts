import type { Node } from '../../../../autodiff/graph';
import { add } from '../../../../autodiff/operations';
import { type Activation, convNorm, globalMean, maximumPool } from '../recipes/images';
import { images } from '../recipes/recipe';
import type { Walk } from '../recipes/walk';
import { activationOf } from './activation';
import type { Config } from './config';
import { type Head, headFor } from './encoder';
import { type HuggingFaceModel, baseOf } from './model';

const NAMES = ['convolution', 'normalization'] as const;

const HEADS: Readonly<Record<string, Head>> = {
  Model: ({ x }) => x,
  ForImageClassification: ({ walk, x }) => walk.linear(globalMean(x), 'classifier.1'),
};

/** Two convolutions or three, of which the first or the middle one has the stride. */
function block(
  walk: Walk,
  x: Node,
  {
    stride,
    early,
    activation,
  }: { readonly stride: number; readonly early: boolean; readonly activation: Activation },
): Node {
  const layers = walk.tensors.count('layer.');
  const strided = layers === 2 || early ? 0 : 1;
  let y = x;
  for (let i = 0; i < layers; i++)
    y = convNorm(walk, y, `layer.${i}`, {
      names: NAMES,
      stride: i === strided ? stride : 1,
      activation: i < layers - 1 ? activation : undefined,
    });
  const beside = walk.tensors.holds('shortcut') ? convNorm(walk, x, 'shortcut', { names: NAMES, stride }) : x;
  return activation(add(y, beside));
}

function build(walk: Walk, x: Node, config: Config): Node {
  const base = baseOf(walk, 'resnet');
  const activation = activationOf(config, 'hidden_act', 'relu');
  const early = config.flag('downsample_in_bottleneck', false);
  let y = convNorm(base, x, 'embedder.embedder', { names: NAMES, stride: 2, activation });
  y = maximumPool(y, 3, { stride: 2, padding: 1 });
  const stages = base.tensors.count('encoder.stages.');
  for (let stage = 0; stage < stages; stage++) {
    const inner = base.at('encoder.stages', stage);
    const first = stage > 0 || config.flag('downsample_in_first_stage', false) ? 2 : 1;
    for (let i = 0; i < inner.tensors.count('layers.'); i++)
      y = block(inner.at('layers', i), y, { stride: i === 0 ? first : 1, early, activation });
  }
  return headFor(config, HEADS)({ walk, base, x: y, epsilon: 1e-5, activation });
}

/** The residual networks of transformers. */
export const resnetOfTransformers: HuggingFaceModel = {
  types: ['resnet'],
  recipe(tensors, config) {
    headFor(config, HEADS);
    const base = tensors.holds('resnet') ? tensors.at('resnet') : tensors;
    const taken = images(config.count('num_channels', 3), 224);
    return {
      title: `transformers' ${config.architecture || 'ResNet'} of ${base.count('encoder.stages.')} stages`,
      ...taken,
      inputs: taken.inputs.map((input) => ({ ...input, name: 'pixel_values' })),
      variants: [{ name: 'the usual', build: (walk, [x]) => build(walk, x, config) }],
      leftOver: /./,
    };
  },
};
