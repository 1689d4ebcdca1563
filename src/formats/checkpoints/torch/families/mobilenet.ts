import type { Node } from '../../../../autodiff/graph';
import { add, relu } from '../../../../autodiff/operations';
import { sameShape } from '../../../../autodiff/shape';
import { hardSigmoid, hardSilu } from '../../../../network/activations';
import { convNorm, globalMean, relu6 } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import { Misfit, type Tensors } from '../recipes/tensors';
import { type Walk, classesOf } from '../recipes/walk';
import { invertedResidual } from './inverted-residual';

/** Strides of the blocks, which no tensor says. */
const STRIDES_V2 = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];

/** How many blocks lie between the first convolution and the last in `features`. */
const blocksOf = (tensors: Tensors): number => tensors.count('features.') - 2;

function known<Row>(table: Readonly<Record<number, Row>>, blocks: number): Row {
  if (!(blocks in table)) throw new Misfit(`it has ${blocks} blocks`);
  return table[blocks];
}

/** Expansion (unless it is 1), depthwise convolution, linear projection (Sandler et al. 2018). */
function inverted(walk: Walk, x: Node, stride: number): Node {
  const last = walk.tensors.indices().slice(-2);
  const inner = walk.tensors.indices().slice(0, -2);
  const y = inner.reduce(
    (z, place, i) =>
      convNorm(walk, z, `${place}`, { activation: relu6, stride: i === inner.length - 1 ? stride : 1 }),
    x,
  );
  const projected = walk.batchNorm(walk.conv(y, `${last[0]}`), `${last[1]}`);
  return stride === 1 && sameShape(x.shape, projected.shape) ? add(x, projected) : projected;
}

export const mobilenetV2: Family = {
  name: "torchvision's MobileNetV2",
  resembles: (tensors) => tensors.holds('features.1.conv.0.0') && tensors.holds('classifier.1'),
  recipe(tensors): Recipe {
    const strides = known({ 17: STRIDES_V2 }, blocksOf(tensors));
    return {
      title: `torchvision's mobilenet_v2 with ${classesOf(tensors, 'classifier')} classes`,
      ...images(tensors.shape('features.0.0.weight')[1], 224),
      variants: only((walk, x) => {
        const features = walk.at('features');
        let y = convNorm(features, x, '0', { stride: 2, activation: relu6 });
        strides.forEach((stride, i) => (y = inverted(features.at(i + 1, 'conv'), y, stride)));
        y = convNorm(features, y, `${strides.length + 1}`, { activation: relu6 });
        return walk.head(globalMean(y), 'classifier');
      }),
    };
  },
};

/** By the number of blocks: strides, and how many blocks have ReLU before hard swish begins (Howard et al. 2019, tables 1 and 2). */
const V3: Readonly<Record<number, { name: string; strides: readonly number[]; rectified: number }>> = {
  15: { name: 'large', strides: [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1], rectified: 6 },
  11: { name: 'small', strides: [2, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1], rectified: 3 },
};

const V3_EPSILON = 1e-3;

export const mobilenetV3: Family = {
  name: "torchvision's MobileNetV3",
  resembles: (tensors) => tensors.holds('features.1.block.0.0') && tensors.holds('classifier.3'),
  recipe(tensors): Recipe {
    const { name, strides, rectified } = known(V3, blocksOf(tensors));
    const settings = { epsilon: V3_EPSILON, gate: (x: Node) => hardSigmoid(x, 1 / 6) };
    return {
      title: `torchvision's mobilenet_v3_${name} with ${tensors.shape('classifier.3.weight')[0]} classes`,
      ...images(tensors.shape('features.0.0.weight')[1], 224),
      variants: only((walk, x) => {
        const features = walk.at('features');
        const outer = { epsilon: V3_EPSILON, activation: hardSilu };
        let y = convNorm(features, x, '0', { ...outer, stride: 2 });
        strides.forEach((stride, i) => {
          const activation = i < rectified ? relu : hardSilu;
          y = invertedResidual(features.at(i + 1, 'block'), y, { ...settings, stride, activation });
        });
        y = convNorm(features, y, `${strides.length + 1}`, outer);
        return walk.linear(hardSilu(walk.linear(globalMean(y), 'classifier.0')), 'classifier.3');
      }),
    };
  },
};

/** Strides of the six stacks. */
const STACKS = [2, 2, 2, 1, 2, 1];

/** Expansion, depthwise convolution, projection, as places 0 to 7 of a `Sequential` (Tan et al. 2019). */
function searched(walk: Walk, x: Node, stride: number): Node {
  let y = relu(convNorm(walk, x, '', { names: ['0', '1'] }));
  y = relu(convNorm(walk, y, '', { names: ['3', '4'], stride }));
  y = convNorm(walk, y, '', { names: ['6', '7'] });
  return stride === 1 && sameShape(x.shape, y.shape) ? add(y, x) : y;
}

export const mnasnet: Family = {
  name: "torchvision's MNASNets",
  resembles: (tensors) => tensors.holds('layers.8.0.layers.0') && tensors.holds('classifier.1'),
  recipe(tensors): Recipe {
    return {
      title: `torchvision's MNASNet of ${tensors.shape('layers.6.weight')[0]} to ${tensors.shape('layers.14.weight')[1]} channels with ${classesOf(tensors, 'classifier')} classes`,
      ...images(tensors.shape('layers.0.weight')[1], 224),
      variants: only((walk, x) => {
        const layers = walk.at('layers');
        let y = relu(convNorm(layers, x, '', { names: ['0', '1'], stride: 2 }));
        y = relu(convNorm(layers, y, '', { names: ['3', '4'] }));
        y = convNorm(layers, y, '', { names: ['6', '7'] });
        STACKS.forEach((stride, stack) => {
          const blocks = layers.tensors.indices(`${8 + stack}`);
          for (const i of blocks) y = searched(layers.at(8 + stack, i, 'layers'), y, i === 0 ? stride : 1);
        });
        y = relu(convNorm(layers, y, '', { names: ['14', '15'] }));
        return walk.head(globalMean(y), 'classifier');
      }),
    };
  },
};
