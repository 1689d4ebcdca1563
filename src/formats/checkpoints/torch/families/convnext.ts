import type { Node } from '../../../../autodiff/graph';
import { add, mul, transpose } from '../../../../autodiff/operations';
import { gelu } from '../../../../network/activations';
import { adaptiveMean, flatten } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import type { Walk } from '../recipes/walk';

const EPSILON = 1e-6;

/** Depthwise convolution, layer norm and two layers over the channels, scaled (Liu et al. 2022). */
function block(walk: Walk, x: Node): Node {
  const inner = walk.at('block');
  let y = transpose(inner.conv(x, '0'), [0, 2, 3, 1]);
  y = inner.linear(inner.layerNorm(y, '2', EPSILON), '3');
  y = transpose(inner.linear(gelu(y), '5'), [0, 3, 1, 2]);
  return add(mul(y, walk.tensor('layer_scale', 'norm')), x);
}

const NAMES: Readonly<Record<string, string>> = {
  '3,3,9,3 96': 'convnext_tiny',
  '3,3,27,3 96': 'convnext_small',
  '3,3,27,3 128': 'convnext_base',
  '3,3,27,3 192': 'convnext_large',
};

export const convnext: Family = {
  name: "torchvision's ConvNeXts",
  resembles: (tensors) => tensors.holds('features.1.0.layer_scale') && tensors.holds('classifier.2'),
  recipe(tensors): Recipe {
    const [width, channels, patch] = tensors.shape('features.0.0.weight');
    const places = tensors.indices('features');
    const stages = places.filter((i) => i % 2 === 1).map((i) => tensors.count(`features.${i}.`));
    return {
      title: `torchvision's ${NAMES[`${stages.join()} ${width}`] ?? `ConvNeXt of ${stages.join(', ')} blocks`} with ${tensors.shape('classifier.2.weight')[0]} classes`,
      ...images(channels, 224),
      variants: only((walk, x) => {
        const features = walk.at('features');
        let y = features.layerNorm2d(features.conv(x, '0.0', { stride: patch, padding: 0 }), '0.1', EPSILON);
        for (const place of places.slice(1)) {
          const stage = features.at(place);
          if (place % 2 === 1) for (const i of stage.tensors.indices()) y = block(stage.at(i), y);
          else y = stage.conv(stage.layerNorm2d(y, '0', EPSILON), '1', { stride: 2, padding: 0 });
        }
        y = walk.layerNorm2d(adaptiveMean(y, 1), 'classifier.0', EPSILON);
        return walk.linear(flatten(y), 'classifier.2');
      }),
    };
  },
};
