import { silu } from '../../../../network/activations';
import { convNorm, globalMean } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import { Misfit, type Tensors } from '../recipes/tensors';
import { classesOf } from '../recipes/walk';
import { invertedResidual } from './inverted-residual';

/** Strides of the stages, by their number. */
const STRIDES: Readonly<Record<number, readonly number[]>> = {
  6: [1, 2, 2, 2, 1, 2],
  7: [1, 2, 2, 2, 1, 2, 1],
};

/** By blocks a stage and channels of the last convolution. */
const NAMES: Readonly<Record<string, string>> = {
  '1,2,2,3,3,4,1 1280': 'b0',
  '2,3,3,4,4,5,2 1280': 'b1',
  '2,3,3,4,4,5,2 1408': 'b2',
  '2,3,3,5,5,6,2 1536': 'b3',
  '2,4,4,6,6,8,2 1792': 'b4',
  '3,5,5,7,7,9,3 2048': 'b5',
  '3,6,6,8,8,11,3 2304': 'b6',
  '4,7,7,10,10,13,4 2560': 'b7',
  '2,4,4,6,9,15 1280': 'v2_s',
  '3,5,5,7,14,18,5 1280': 'v2_m',
  '4,7,7,10,19,25,7 1280': 'v2_l',
};

/** Blocks of each stage, which lie between the first convolution and the last. */
const stagesOf = (tensors: Tensors): number[] =>
  Array.from({ length: tensors.count('features.') - 2 }, (_, i) => tensors.count(`features.${i + 1}.`));

/** torchvision's, of both versions (Tan & Le 2019, 2021). */
export const efficientnet: Family = {
  name: "torchvision's EfficientNets",
  resembles: (tensors) => tensors.holds('features.1.0.block.0.0') && tensors.holds('classifier'),
  recipe(tensors): Recipe {
    const stages = stagesOf(tensors);
    const strides = STRIDES[stages.length] as readonly number[] | undefined;
    if (!strides) throw new Misfit(`it has ${stages.length} stages`);
    const [last] = tensors.shape(`features.${stages.length + 1}.0.weight`);
    const name = NAMES[`${stages.join()} ${last}`] as string | undefined;
    // Version 2 begins with a convolution over all channels where version 1 has a depthwise one.
    const isSecond = tensors.shape('features.1.0.block.0.0.weight')[1] > 1;
    const epsilon = isSecond || stages[0] >= 3 ? 1e-3 : 1e-5;
    const settings = { epsilon, activation: silu };
    return {
      title: `torchvision's ${name ? `efficientnet_${name}` : `EfficientNet of ${stages.join(', ')} blocks`} with ${classesOf(tensors, 'classifier')} classes`,
      ...images(tensors.shape('features.0.0.weight')[1], 224),
      variants: only((walk, x) => {
        const features = walk.at('features');
        let y = convNorm(features, x, '0', { ...settings, stride: 2 });
        stages.forEach((blocks, stage) => {
          for (let i = 0; i < blocks; i++)
            y = invertedResidual(features.at(stage + 1, i, 'block'), y, {
              ...settings,
              stride: i === 0 ? strides[stage] : 1,
              between: silu,
            });
        });
        y = convNorm(features, y, `${stages.length + 1}`, settings);
        return walk.head(globalMean(y), 'classifier');
      }),
    };
  },
};
