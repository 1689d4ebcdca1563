import type { Node } from '../../../../autodiff/graph';
import type { Shape } from '../../../../autodiff/shape';
import type { Model } from '../../../../network/model';
import type { StoredInput } from '../../../containers/open-extents';
import type { Tensors } from './tensors';
import type { Walk } from './walk';

/** What a network takes: rows of these extents, open where null. */
export interface RecipeInput extends StoredInput {
  readonly dtype: 'float' | 'int32';
  /** Left out by data that do not have it: an attention mask. */
  readonly optional?: boolean;
}

/** An input by its name, where the data have it. */
export type NamedInputs = (name: string) => Node | undefined;

/** One of the networks that have exactly these tensors. */
export interface Variant {
  /** For a person, to follow "with": `a pooling stem`. */
  readonly name: string;
  /** Where it is only likely for some data: for rows of these shapes. */
  readonly suits?: (rows: readonly Shape[]) => boolean;
  /** The output [rows, ...]; `inputs` in the order of the recipe's, without those that the data lack. */
  build(walk: Walk, inputs: readonly Node[], named: NamedInputs): Node;
}

/** How a network is built from nothing but its tensors. */
export interface Recipe {
  /** For a person: `torchvision's resnet18 with 10 classes`. */
  readonly title: string;
  readonly inputs: readonly RecipeInput[];
  /** Rows on which to try whether all tensors fit. */
  readonly example: readonly Shape[];
  readonly layout: Model['layout'];
  /** The default first. They share all tensors, and only data tell them apart. */
  readonly variants: readonly [Variant, ...Variant[]];
  /** Tensors that only training uses: heads beside the way to the output. */
  readonly trainingOnly?: RegExp;
  /** Tensors that may be there and are no part of it, such as another head's. */
  readonly leftOver?: RegExp;
  /** Floats that are fixed and kept with the weights, but computed anew here: tables of positions, masks. */
  readonly computed?: RegExp;
  readonly notes?: readonly string[];
}

/** A kind of network that its tensors' names give away. */
export interface Family {
  /** For a person: `torchvision's ResNets`. */
  readonly name: string;
  /** Whether the names are worth a try. */
  resembles(tensors: Tensors): boolean;
  /** @throws Misfit where a tensor is missing. */
  recipe(tensors: Tensors): Recipe;
}

/** What an image network takes: rows of channels and two open extents, tried on squares of this many pixels. */
export const images = (channels: number, pixels: number) =>
  ({
    inputs: [{ name: 'input', shape: [channels, null, null], dtype: 'float' }],
    example: [[channels, pixels, pixels]],
    layout: 'NCHW',
  }) satisfies Partial<Recipe>;

/** A variant where there is only one. */
export const only = (build: (walk: Walk, x: Node) => Node): readonly [Variant] => [
  { name: 'the usual', build: (walk, [x]) => build(walk, x) },
];
