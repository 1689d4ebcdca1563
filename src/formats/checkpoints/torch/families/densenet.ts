import type { Node } from '../../../../autodiff/graph';
import { concat, relu } from '../../../../autodiff/operations';
import { globalMean, maximumPool, meanPool } from '../recipes/images';
import { type Family, type Recipe, type Variant, images } from '../recipes/recipe';
import type { Tensors } from '../recipes/tensors';
import { type Walk, classesOf } from '../recipes/walk';

interface Stem {
  readonly name: string;
  readonly stride: number;
  readonly pools: boolean;
}

const LARGE: Stem = { name: 'its stem for large images (stride 2, then a max pool)', stride: 2, pools: true };
const SMALL: readonly [Stem, ...Stem[]] = [
  { name: 'a stem for small images (stride 1, no max pool)', stride: 1, pools: false },
  { name: 'a stem of stride 1 and a max pool', stride: 1, pools: true },
];

const blocksOf = (tensors: Tensors): number[] =>
  Array.from({ length: tensors.count('denseblock', 1) }, (_, i) =>
    tensors.count(`denseblock${i + 1}.denselayer`, 1),
  );

/** Torchvision's published files write `norm.1` for `norm1`. */
const numbered = (walk: Walk, name: string, i: number): string =>
  walk.tensors.holds(`${name}${i}`) ? `${name}${i}` : `${name}.${i}`;

/** What a layer adds to what it has seen (Huang et al. 2017, DenseNet-BC). */
function layer(walk: Walk, x: Node): Node {
  return [1, 2].reduce(
    (y, i) => walk.conv(relu(walk.batchNorm(y, numbered(walk, 'norm', i))), numbered(walk, 'conv', i)),
    x,
  );
}

function features(walk: Walk, x: Node, { stride, pools }: Stem): Node {
  let y = relu(walk.batchNorm(walk.conv(x, 'conv0', { stride }), 'norm0'));
  if (pools) y = maximumPool(y, 3, { stride: 2, padding: 1 });
  const blocks = blocksOf(walk.tensors);
  blocks.forEach((layers, block) => {
    for (let i = 1; i <= layers; i++)
      y = concat([y, layer(walk.at(`denseblock${block + 1}`, `denselayer${i}`), y)], 1);
    if (block === blocks.length - 1) return;
    const transition = walk.at(`transition${block + 1}`);
    y = meanPool(transition.conv(relu(transition.batchNorm(y, 'norm')), 'conv'), 2);
  });
  return relu(walk.batchNorm(y, 'norm5'));
}

const NAMES: Readonly<Record<string, string>> = {
  '6,12,24,16': 'densenet121',
  '6,12,36,24': 'densenet161',
  '6,12,32,32': 'densenet169',
  '6,12,48,32': 'densenet201',
};

export const densenet: Family = {
  name: "torchvision's DenseNets",
  resembles: (tensors) => tensors.holds('features.denseblock1.denselayer1') && tensors.holds('classifier'),
  recipe(tensors): Recipe {
    const [, channels, extent] = tensors.shape('features.conv0.weight');
    const blocks = blocksOf(tensors.at('features'));
    const variant = (stem: Stem): Variant => ({
      name: stem.name,
      build: (walk, [x]) => walk.head(globalMean(features(walk.at('features'), x, stem)), 'classifier'),
    });
    const [usual, ...others] = extent > 3 ? ([LARGE] as const) : SMALL;
    return {
      title: `torchvision's ${NAMES[blocks.join()] ?? `DenseNet of ${blocks.join(', ')} layers`} with ${classesOf(tensors, 'classifier')} classes`,
      ...images(channels, 224),
      variants: [variant(usual), ...others.map(variant)],
    };
  },
};
