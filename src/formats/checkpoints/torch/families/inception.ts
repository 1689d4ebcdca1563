import type { Node } from '../../../../autodiff/graph';
import { add, concat, mul, relu } from '../../../../autodiff/operations';
import { convNorm, globalMean, maximumPool, meanPool } from '../recipes/images';
import { type Family, type Recipe, type Variant, images } from '../recipes/recipe';
import { type ConvSettings, type Walk, classesOf } from '../recipes/walk';

const EPSILON = 1e-3;

/** Convolution, batch norm and ReLU, as both networks have them. */
const unit = (walk: Walk, x: Node, name: string, settings: ConvSettings = {}): Node =>
  convNorm(walk, x, name, { ...settings, epsilon: EPSILON, names: ['conv', 'bn'], activation: relu });

/** A chain of units whose windows keep the extents; the last one may move by more. */
const chain = (walk: Walk, x: Node, names: readonly string[], last: ConvSettings = {}): Node =>
  names.reduce((y, name, i) => unit(walk, y, name, i === names.length - 1 ? last : {}), x);

/** Images normalized for torchvision as the published weights want them: from ImageNet's deviations to -1..1. */
function transformed(x: Node): Node {
  const rows = [
    [0.229, 0.485],
    [0.224, 0.456],
    [0.225, 0.406],
  ];
  const perChannel = (value: (std: number, mean: number) => number) =>
    x.graph.constant(
      Float64Array.from(rows, ([std, mean]) => value(std, mean)),
      [3, 1, 1],
    );
  const scaled = mul(
    x,
    perChannel((std) => std / 0.5),
  );
  return add(
    scaled,
    perChannel((_, mean) => (mean - 0.5) / 0.5),
  );
}

/** With the images as they are (torchvision's default for one's own weights), or transformed (its published ones). */
function variants(channels: number, build: (walk: Walk, x: Node) => Node): readonly [Variant, ...Variant[]] {
  const plain: Variant = {
    name: 'the images as they are (transform_input=False)',
    build: (walk, [x]) => build(walk, x),
  };
  const other: Variant = {
    name: 'the images transformed (transform_input=True)',
    build: (walk, [x]) => build(walk, transformed(x)),
  };
  return channels === 3 ? [plain, other] : [plain];
}

/** Four ways side by side (Szegedy et al. 2015). */
function module(walk: Walk, x: Node): Node {
  return concat(
    [
      unit(walk, x, 'branch1'),
      chain(walk, x, ['branch2.0', 'branch2.1']),
      chain(walk, x, ['branch3.0', 'branch3.1']),
      unit(walk, maximumPool(x, 3, { stride: 1, padding: 1, ceiling: true }), 'branch4.1'),
    ],
    1,
  );
}

function googlenetOf(walk: Walk, x: Node): Node {
  const pooled = (y: Node, window = 3) => maximumPool(y, window, { stride: 2, ceiling: true });
  let y = pooled(unit(walk, x, 'conv1', { stride: 2 }));
  y = pooled(chain(walk, y, ['conv2', 'conv3']));
  for (const name of ['3a', '3b']) y = module(walk.at(`inception${name}`), y);
  y = pooled(y);
  for (const name of ['4a', '4b', '4c', '4d', '4e']) y = module(walk.at(`inception${name}`), y);
  y = pooled(y, 2);
  for (const name of ['5a', '5b']) y = module(walk.at(`inception${name}`), y);
  return walk.head(globalMean(y), 'fc');
}

export const googlenet: Family = {
  name: "torchvision's GoogLeNet",
  resembles: (tensors) => tensors.holds('inception3a.branch1') && tensors.holds('fc'),
  recipe: (tensors): Recipe => {
    const channels = tensors.shape('conv1.conv.weight')[1];
    return {
      title: `torchvision's googlenet with ${classesOf(tensors, 'fc')} classes`,
      ...images(channels, 224),
      variants: variants(channels, googlenetOf),
      trainingOnly: /^aux[12]\./,
    };
  },
};

const HALVED: ConvSettings = { stride: 2, padding: 0 };

/** The modules of Inception v3 (Szegedy et al. 2016, figures 5 to 7), by what they have. */
function mixed(walk: Walk, x: Node): Node {
  const { tensors } = walk;
  const average = () => unit(walk, meanPool(x, 3, { stride: 1, padding: 1 }), 'branch_pool');
  const halved = () => maximumPool(x, 3, { stride: 2 });
  const parts = (name: string, ...places: (number | string)[]) => places.map((place) => `${name}_${place}`);
  if (tensors.holds('branch5x5_1'))
    return concat(
      [
        unit(walk, x, 'branch1x1'),
        chain(walk, x, parts('branch5x5', 1, 2)),
        chain(walk, x, parts('branch3x3dbl', 1, 2, 3)),
        average(),
      ],
      1,
    );
  if (tensors.holds('branch3x3'))
    return concat(
      [unit(walk, x, 'branch3x3', HALVED), chain(walk, x, parts('branch3x3dbl', 1, 2, 3), HALVED), halved()],
      1,
    );
  if (tensors.holds('branch7x7_1'))
    return concat(
      [
        unit(walk, x, 'branch1x1'),
        chain(walk, x, parts('branch7x7', 1, 2, 3)),
        chain(walk, x, parts('branch7x7dbl', 1, 2, 3, 4, 5)),
        average(),
      ],
      1,
    );
  if (tensors.holds('branch7x7x3_1'))
    return concat(
      [
        chain(walk, x, parts('branch3x3', 1, 2), HALVED),
        chain(walk, x, parts('branch7x7x3', 1, 2, 3, 4), HALVED),
        halved(),
      ],
      1,
    );
  return concat([...wide(walk, x), average()], 1);
}

/** The ways of the last modules, which end in windows of 1 x 3 and 3 x 1 side by side. */
function wide(walk: Walk, x: Node): Node[] {
  const both = (y: Node, name: string) => [`${name}a`, `${name}b`].map((part) => unit(walk, y, part));
  return [
    unit(walk, x, 'branch1x1'),
    ...both(unit(walk, x, 'branch3x3_1'), 'branch3x3_2'),
    ...both(chain(walk, x, ['branch3x3dbl_1', 'branch3x3dbl_2']), 'branch3x3dbl_3'),
  ];
}

const MIXED = ['5b', '5c', '5d', '6a', '6b', '6c', '6d', '6e', '7a', '7b', '7c'];

function inceptionOf(walk: Walk, x: Node): Node {
  let y = unit(walk, x, 'Conv2d_1a_3x3', HALVED);
  y = unit(walk, y, 'Conv2d_2a_3x3', { padding: 0 });
  y = maximumPool(unit(walk, y, 'Conv2d_2b_3x3'), 3, { stride: 2 });
  y = unit(walk, y, 'Conv2d_3b_1x1');
  y = maximumPool(unit(walk, y, 'Conv2d_4a_3x3', { padding: 0 }), 3, { stride: 2 });
  for (const name of MIXED) y = mixed(walk.at(`Mixed_${name}`), y);
  return walk.head(globalMean(y), 'fc');
}

export const inception: Family = {
  name: "torchvision's Inception v3",
  resembles: (tensors) => tensors.holds('Mixed_5b') && tensors.holds('fc'),
  recipe(tensors): Recipe {
    const channels = tensors.shape('Conv2d_1a_3x3.conv.weight')[1];
    return {
      title: `torchvision's inception_v3 with ${classesOf(tensors, 'fc')} classes`,
      ...images(channels, 299),
      variants: variants(channels, inceptionOf),
      trainingOnly: /^AuxLogits\./,
    };
  },
};
