import type { Node } from '../../../../autodiff/graph';
import { add, pad, relu } from '../../../../autodiff/operations';
import { everySecond, flatten, globalMean, maximumPool, meanPool } from '../recipes/images';
import { type Family, type Recipe, type Variant, images } from '../recipes/recipe';
import type { Tensors } from '../recipes/tensors';
import { type Walk, classesOf } from '../recipes/walk';

/** What no tensor says of a residual network's beginning. */
export interface Stem {
  readonly name: string;
  readonly stride: number;
  readonly pools: boolean;
}

const LARGE: readonly [Stem, ...Stem[]] = [
  { name: 'its stem for large images (stride 2, then a max pool)', stride: 2, pools: true },
  { name: 'a stem of stride 2 without the max pool', stride: 2, pools: false },
  { name: 'a stem of stride 1 without the max pool', stride: 1, pools: false },
];
const SMALL: readonly [Stem, ...Stem[]] = [
  { name: 'a stem for small images (stride 1, no max pool)', stride: 1, pools: false },
  { name: 'a stem of stride 1 and a max pool', stride: 1, pools: true },
  { name: 'a stem of stride 2 and a max pool', stride: 2, pools: true },
  { name: 'a stem of stride 2 without the max pool', stride: 2, pools: false },
];

/** Images of fewer pixels a side may have made somebody change the stem of a network for 224. */
const SMALL_IMAGE = 100;

/** The stages `layer1`, `layer2`..., with the number of blocks in each. */
const stagesOf = (tensors: Tensors): number[] =>
  Array.from({ length: tensors.count('layer', 1) }, (_, i) => tensors.count(`layer${i + 1}.`));

/** Where the parts of a residual network stand. */
export interface Parts {
  readonly conv: string;
  readonly norm: string;
  /** The paths of the blocks in each stage. */
  readonly stages: readonly (readonly string[])[];
  /** What the module beside a block is called. */
  readonly beside: string;
}

/** As torchvision calls them. */
const usualParts = (tensors: Tensors, beside: string): Parts => ({
  conv: 'conv1',
  norm: 'bn1',
  stages: stagesOf(tensors).map((blocks, stage) =>
    Array.from({ length: blocks }, (_, i) => `layer${stage + 1}.${i}`),
  ),
  beside,
});

interface BlockSettings extends Pick<Parts, 'beside'> {
  readonly stride: number;
}

/** Two convolutions of 3 x 3, or three of 1 x 1, 3 x 3, 1 x 1, and what goes around them (He et al. 2016). */
function block(walk: Walk, x: Node, { stride, beside }: BlockSettings): Node {
  const last = walk.tensors.count('conv', 1);
  let y = x;
  for (let i = 1; i <= last; i++) {
    // As in torchvision, the 3 x 3 convolution of a bottleneck has the stride.
    const strided = last === 2 ? i === 1 : i === 2;
    y = walk.batchNorm(walk.conv(y, `conv${i}`, { stride: strided ? stride : 1 }), `bn${i}`);
    if (i < last) y = relu(y);
  }
  return relu(add(y, around(walk, x, y, { stride, beside })));
}

/** The block's input as its output is shaped: projected, or thinned and padded with zero channels (option A of the paper). */
function around(walk: Walk, x: Node, y: Node, { stride, beside }: BlockSettings): Node {
  if (walk.tensors.holds(beside)) {
    const inner = walk.at(beside);
    return inner.batchNorm(inner.conv(x, '0', { stride, padding: 0 }), '1');
  }
  const more = y.shape[1] - x.shape[1];
  if (beside === 'downsample' || more <= 0) return x;
  const zeros = [0, Math.floor(more / 2), 0, 0];
  return pad(stride === 2 ? everySecond(x) : x, zeros, [0, Math.ceil(more / 2), 0, 0]);
}

/** All of it before the head; every stage but the first begins with a stride of 2. */
export function trunk(walk: Walk, x: Node, { stride, pools }: Stem, parts: Parts): Node {
  const { conv, norm, stages, beside } = parts;
  let y = relu(walk.batchNorm(walk.conv(x, conv, { stride }), norm));
  if (pools) y = maximumPool(y, 3, { stride: 2, padding: 1 });
  stages.forEach((blocks, stage) => {
    blocks.forEach((path, i) => {
      y = block(walk.at(path), y, { stride: stage > 0 && i === 0 ? 2 : 1, beside });
    });
  });
  return y;
}

/** A network with each stem that its first convolution of so many pixels a side may have. */
export function withStems(
  extent: number,
  build: (walk: Walk, x: Node, stem: Stem) => Node,
): [Variant, ...Variant[]] {
  const variant = (stem: Stem, i: number): Variant => ({
    name: stem.name,
    build: (walk, [x]) => build(walk, x, stem),
    ...(extent > 3 && i > 0 ? { suits: ([[, height]]) => height < SMALL_IMAGE } : {}),
  });
  const [usual, ...others] = extent > 3 ? LARGE : SMALL;
  return [variant(usual, 0), ...others.map((stem, i) => variant(stem, i + 1))];
}

const isResNet = (tensors: Tensors, head: string): boolean =>
  ['conv1', 'bn1', 'layer1.0.conv2', head].every((name) => tensors.holds(name));

const DEPTHS: Readonly<Record<string, string>> = {
  'two 2,2,2,2': '18',
  'two 3,4,6,3': '34',
  'three 3,4,6,3': '50',
  'three 3,4,23,3': '101',
  'three 3,8,36,3': '152',
};

/** torchvision's name of it, or what is known of it. */
function nameOf(tensors: Tensors): string {
  const stages = stagesOf(tensors);
  const bottleneck = tensors.has('layer1.0.conv3.weight');
  const depth = DEPTHS[`${bottleneck ? 'three' : 'two'} ${stages.join()}`];
  const first = tensors.shape('conv1.weight')[0];
  const [width, perGroup] = tensors.shape(`layer1.0.conv${bottleneck ? 2 : 1}.weight`);
  if (!depth || first !== 64) return `ResNet of ${stages.join(', ')} blocks`;
  if (width === 64) return `resnet${depth}`;
  const groups = width / perGroup;
  return groups > 1 ? `resnext${depth}_${groups}x${perGroup}d` : `wide_resnet${depth}_${width / 64}`;
}

/** torchvision's, with `downsample` beside the blocks and `fc` at the end; of any number of stages. */
export const torchvisionResNet: Family = {
  name: "torchvision's ResNets",
  resembles: (tensors) => isResNet(tensors, 'fc'),
  recipe(tensors): Recipe {
    const [, channels, extent] = tensors.shape('conv1.weight');
    const parts = usualParts(tensors, 'downsample');
    return {
      title: `torchvision's ${nameOf(tensors)} with ${classesOf(tensors, 'fc')} classes`,
      ...images(channels, 224),
      variants: withStems(extent, (walk, x, stem) =>
        walk.head(globalMean(trunk(walk, x, stem, parts)), 'fc'),
      ),
    };
  },
};

/** Those for CIFAR that write `shortcut` and `linear`: of four stages (kuangliu) or three, with option A (Idelbayev). */
export const cifarResNet: Family = {
  name: 'the ResNets for CIFAR',
  resembles: (tensors) => isResNet(tensors, 'linear'),
  recipe(tensors): Recipe {
    const [, channels] = tensors.shape('conv1.weight');
    const stages = stagesOf(tensors);
    const convolutions = tensors.count('layer1.0.conv', 1);
    const depth = 2 + convolutions * stages.reduce((sum, blocks) => sum + blocks, 0);
    const [{ stride, pools, name }] = SMALL;
    return {
      title: `a ResNet-${depth} for CIFAR (${stages.length} stages) with ${classesOf(tensors, 'linear')} classes`,
      ...images(channels, 32),
      variants: [
        {
          name,
          build: (walk, [x]) => {
            const y = trunk(walk, x, { stride, pools, name }, usualParts(tensors, 'shortcut'));
            const pooled = stages.length === 4 ? flatten(meanPool(y, 4)) : globalMean(y);
            return walk.head(pooled, 'linear');
          },
        },
      ],
    };
  },
};
