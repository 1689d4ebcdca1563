import type { Node } from '../../../../autodiff/graph';
import { type Shape, ShapeError } from '../../../../autodiff/shape';
import { tryVariant } from '../recipes/network';
import { type Recipe, type RecipeInput, type Variant, only } from '../recipes/recipe';
import { Misfit } from '../recipes/tensors';
import type { Walk } from '../recipes/walk';
import { isSequential, moduleLayer } from './layers';
import { Settings } from './settings';
import type { ModuleTree } from './tree';

/** More than any chain has that somebody wrote. */
const MOST_LAYERS = 500;

/** A layer of a chain, by its path in it. */
interface Link {
  readonly path: string;
  readonly module: ModuleTree;
}

/** The layers of chains in chains, the first first; undefined where something between them is code. */
function linksOf(root: ModuleTree): readonly Link[] | undefined {
  if (!isSequential(root.className)) return undefined;
  const links: Link[] = [];
  for (const [name, module] of root.children) {
    const inner = isSequential(module.className) ? linksOf(module) : [{ path: '', module }];
    if (!inner) return undefined;
    for (const { path, module: leaf } of inner)
      links.push({ path: path === '' ? name : `${name}.${path}`, module: leaf });
  }
  return links;
}

/**
 * The network that a whole module is, where it is chains of PyTorch's own layers: these have no code that could be another.
 * Undefined for any other module.
 */
export function sequentialRecipe(root: ModuleTree, shapes: ReadonlyMap<string, Shape>): Recipe | undefined {
  const links = linksOf(root);
  if (!links || links.length === 0 || links.length > MOST_LAYERS) return undefined;
  const input = inputOf(links);
  if (!input || links.some(({ module }) => !moduleLayer(module.className))) return undefined;
  const variants = only((walk, x) => links.reduce((y, link) => applied(walk, y, link), x));
  const example = exampleOf(input, variants[0], shapes);
  return {
    title: `the torch.nn.Sequential of ${links.length} layers that the file holds`,
    inputs: [{ ...input, standIn: example }],
    example: [example],
    layout: input.shape.length > 1 ? 'NCHW' : undefined,
    variants,
  };
}

/** Positions along each axis, the usual first: a layer behind a flattened image takes those of one extent. */
const USUAL = [32, 28, 64, 224, 96, 48, 128];
const EXTENTS = [...USUAL, ...Array.from({ length: 256 }, (_, i) => i + 1)];

/** A row that fits all layers, with the same number of positions along each axis; the first one tried where none does. */
function exampleOf(
  { name, dtype, shape }: RecipeInput,
  variant: Variant,
  shapes: ReadonlyMap<string, Shape>,
): Shape {
  const rows = EXTENTS.map((extent) => shape.map((fixed) => fixed ?? extent));
  if (!shape.includes(null)) return rows[0];
  const fits = (row: Shape) => {
    try {
      tryVariant(variant, shapes, [{ name, dtype, shape: row }]);
      return true;
    } catch (error) {
      if (error instanceof Misfit || error instanceof ShapeError) return false;
      throw error;
    }
  };
  return rows.find(fits) ?? rows[0];
}

function applied(walk: Walk, x: Node, { path, module }: Link): Node {
  const layer = moduleLayer(module.className);
  if (!layer) throw new Misfit(`its module "${path}" is a ${module.className}, which is not read`);
  return layer({ x, walk, name: path, settings: new Settings(module, path) });
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** What the first layer with weights takes: numbers, or channels with as many axes of positions as it has. */
function inputOf(links: readonly Link[]): RecipeInput | undefined {
  const of = (pattern: RegExp) => links.findIndex(({ module }) => pattern.test(lastPart(module.className)));
  const [convolution, linear, flatten] = [/^Conv\dd$/, /^Linear$/, /^Flatten$/].map(of);
  const count = (at: number, setting: string): number | undefined => {
    const value = links[at]?.module.settings.get(setting);
    return typeof value === 'number' && value >= 1 ? value : undefined;
  };
  const input = { name: 'input', dtype: 'float' } as const;
  if (convolution >= 0 && (linear < 0 || convolution < linear)) {
    const channels = count(convolution, 'in_channels');
    const axes = Number(/\d/.exec(lastPart(links[convolution].module.className))![0]);
    return channels === undefined
      ? undefined
      : { ...input, shape: [channels, ...new Array<null>(axes).fill(null)] };
  }
  const features = count(linear, 'in_features');
  if (features === undefined) return undefined;
  // What is flattened first may have any axes.
  return { ...input, shape: [features], ...(flatten >= 0 && flatten < linear ? { anyAxes: true } : {}) };
}
