import type { Node } from '../../../../autodiff/graph';
import { concat, relu, reshape, sliceAxis, transpose } from '../../../../autodiff/operations';
import { convNorm, globalMean, maximumPool } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import { type Walk, classesOf } from '../recipes/walk';

/** The channels of two halves by turns. */
function shuffled(x: Node): Node {
  const [rows, channels, height, width] = x.shape;
  const apart = reshape(x, [rows, 2, channels / 2, height, width]);
  return reshape(transpose(apart, [0, 2, 1, 3, 4]), x.shape);
}

/** 1 x 1, depthwise, 1 x 1. */
function main(walk: Walk, x: Node, stride: number): Node {
  let y = convNorm(walk, x, '', { names: ['0', '1'], activation: relu });
  y = convNorm(walk, y, '', { names: ['3', '4'], stride });
  return convNorm(walk, y, '', { names: ['5', '6'], activation: relu });
}

/** One half of the channels goes through, or, where positions are halved, all go both ways (Ma et al. 2018, figure 3). */
function unit(walk: Walk, x: Node): Node {
  if (walk.tensors.holds('branch1')) {
    const beside = walk.at('branch1');
    const y = convNorm(beside, x, '', { names: ['0', '1'], stride: 2 });
    const left = convNorm(beside, y, '', { names: ['2', '3'], activation: relu });
    return shuffled(concat([left, main(walk.at('branch2'), x, 2)], 1));
  }
  const half = x.shape[1] / 2;
  const right = main(walk.at('branch2'), sliceAxis(x, 1, half, 2 * half), 1);
  return shuffled(concat([sliceAxis(x, 1, 0, half), right], 1));
}

const NAMES: Readonly<Record<number, string>> = { 48: 'x0_5', 116: 'x1_0', 176: 'x1_5', 244: 'x2_0' };

export const shufflenet: Family = {
  name: "torchvision's ShuffleNetV2",
  resembles: (tensors) => tensors.holds('stage2.0.branch1.0') && tensors.holds('fc'),
  recipe(tensors): Recipe {
    const width = 2 * tensors.shape('stage2.0.branch1.2.weight')[0];
    return {
      title: `torchvision's shufflenet_v2_${NAMES[width] ?? `of ${width} channels`} with ${classesOf(tensors, 'fc')} classes`,
      ...images(tensors.shape('conv1.0.weight')[1], 224),
      variants: only((walk, x) => {
        let y = convNorm(walk, x, 'conv1', { stride: 2, activation: relu });
        y = maximumPool(y, 3, { stride: 2, padding: 1 });
        for (const name of ['stage2', 'stage3', 'stage4'])
          for (const i of walk.tensors.indices(name)) y = unit(walk.at(name, i), y);
        y = convNorm(walk, y, 'conv5', { activation: relu });
        return walk.head(globalMean(y), 'fc');
      }),
    };
  },
};
