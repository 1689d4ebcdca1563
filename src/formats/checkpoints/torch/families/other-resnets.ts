import { globalMean } from '../recipes/images';
import { type Family, type Recipe, images } from '../recipes/recipe';
import { Misfit, type Tensors } from '../recipes/tensors';
import { classesOf } from '../recipes/walk';
import { type Parts, trunk, withStems } from './resnet';

/** What people call the parts of a residual network of their own. */
const STEMS = [
  ['conv1', 'bn1'],
  ['conv', 'bn'],
  ['stem.0', 'stem.1'],
  ['conv0', 'bn0'],
  ['conv_in', 'bn_in'],
] as const;
const BESIDE = ['shortcut', 'downsample', 'short', 'skip', 'projection', 'proj'];
const HEADS = ['fc', 'linear', 'classifier', 'head', 'output'];

const DEEPEST = 4;

/** The paths of all modules that are residual blocks, in the order of the numbers in them. */
function blockPaths(tensors: Tensors): string[] {
  const found: string[] = [];
  const look = (path: string, depth: number) => {
    const inner = path === '' ? tensors : tensors.at(path);
    if (path !== '' && ['conv1', 'bn1', 'conv2', 'bn2'].every((name) => inner.holds(`${name}.weight`)))
      found.push(path);
    else if (depth < DEEPEST)
      for (const child of inner.children()) look(path === '' ? child : `${path}.${child}`, depth + 1);
  };
  look('', 0);
  return found.sort((a, b) => {
    const [left, right] = [numbersIn(a), numbersIn(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? 0 : left[at] - right[at];
  });
}

const numbersIn = (path: string): number[] => [...path.matchAll(/\d+/g)].map(Number);
const patternOf = (path: string): string => path.replace(/\d+/g, '#');

/**
 * The blocks in stages: by the first of two numbers (`layer2.0`), else of one row of blocks (`blocks.4`) wherever the number
 * of channels changes.
 */
function stagesOf(tensors: Tensors, paths: readonly string[]): string[][] {
  const stages: string[][] = [];
  let last: number | undefined;
  for (const path of paths) {
    const [first, ...more] = numbersIn(path);
    const kind = more.length > 0 ? first : tensors.shape(`${path}.conv1.weight`)[0];
    if (kind === last) stages[stages.length - 1].push(path);
    else stages.push([path]);
    last = kind;
  }
  return stages;
}

/** Where the parts are; undefined where they are not those of a residual network. */
function partsOf(tensors: Tensors): (Parts & { readonly head: string }) | undefined {
  const stem = STEMS.find((names) => names.every((name) => tensors.has(`${name}.weight`)));
  const head = HEADS.find((name) => tensors.has(`${name}.weight`));
  if (!stem || head === undefined) return undefined;
  const paths = blockPaths(tensors);
  // What stands at one block at least.
  const beside = BESIDE.find((name) => paths.some((path) => tensors.at(path).holds(name)));
  const isOneKind = new Set(paths.map(patternOf)).size === 1;
  if (!isOneKind || beside === undefined) return undefined;
  return { conv: stem[0], norm: stem[1], stages: stagesOf(tensors, paths), beside, head };
}

/** Residual networks whose author chose other names; the order of a block's parts is that of He et al. 2016. */
export const otherResNets: Family = {
  name: 'residual networks of other names',
  resembles: (tensors) => partsOf(tensors) !== undefined,
  recipe(tensors): Recipe {
    const parts = partsOf(tensors);
    if (!parts) throw new Misfit('it has no residual blocks');
    const [, channels, extent] = tensors.shape(`${parts.conv}.weight`);
    const { stages, head } = parts;
    const convolutions = tensors.at(stages[0][0]).count('conv', 1);
    const depth = 2 + convolutions * stages.reduce((sum, blocks) => sum + blocks.length, 0);
    const variants = withStems(extent, (walk, x, stem) =>
      walk.head(globalMean(trunk(walk, x, stem, parts)), head),
    );
    return {
      title: `a ResNet-${depth} of ${stages.map(({ length }) => length).join(', ')} blocks (by the shapes of its tensors; names of its own) with ${classesOf(tensors, head)} classes`,
      ...images(channels, extent > 3 ? 224 : 32),
      // The paper's networks for CIFAR have three stages, and one stem.
      variants: extent === 3 && stages.length === 3 ? [variants[0]] : variants,
    };
  },
};
