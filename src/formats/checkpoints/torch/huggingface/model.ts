import type { Node } from '../../../../autodiff/graph';
import { reshape } from '../../../../autodiff/operations';
import type { Sight } from '../../../../network/attention';
import { indicesEqual } from '../../../../network/masks';
import type { Recipe, RecipeInput } from '../recipes/recipe';
import type { Tensors } from '../recipes/tensors';
import { Misfit } from '../recipes/tensors';
import type { Walk } from '../recipes/walk';
import type { Config } from './config';

/** A kind of network of transformers. */
export interface HuggingFaceModel {
  /** `model_type` of the configuration. */
  readonly types: readonly string[];
  /** Tensors of one memory: the first is that of the second, unless the configuration unties them. */
  readonly ties?: (config: Config) => readonly (readonly [name: string, of: string])[];
  recipe(tensors: Tensors, config: Config): Recipe;
}

/** Positions of the rows on which it is tried whether the tensors fit. */
const TRIAL = 4;

/** The inputs of a text model: ids, and where the data have them those that may be left out. */
export function texts(...optional: string[]): Pick<Recipe, 'inputs' | 'example' | 'layout'> {
  const input = (name: string, isOptional: boolean): RecipeInput => ({
    name,
    shape: [null],
    dtype: 'int32',
    ...(isOptional ? { optional: true } : {}),
  });
  return {
    inputs: [input('input_ids', false), ...optional.map((name) => input(name, true))],
    example: [[TRIAL]],
    layout: undefined,
  };
}

/** Which tokens may be seen by a mask [rows, positions] of 1 and 0. */
export function seen(mask: Node | undefined): Sight {
  if (!mask) return {};
  const [rows, positions] = mask.shape;
  return { allowed: reshape(indicesEqual(mask, 1), [rows, 1, 1, positions]) };
}

/** A walk at the base model, which a model with a head holds under a name, `bert`, and one without is itself. */
export const baseOf = (walk: Walk, name: string): Walk => (walk.tensors.holds(name) ? walk.at(name) : walk);

/** A score for each word: by the table of words itself where it is tied, or a layer of its own where the file has one. */
export function wordScores(
  walk: Walk,
  x: Node,
  {
    head,
    table: [table, name],
    biasName = `${head}.bias`,
  }: { readonly head: string; readonly table: readonly [Walk, string]; readonly biasName?: string },
): Node {
  const own = walk.tensors.has(`${head}.weight`);
  const weight = own
    ? walk.tensor(`${head}.weight`, 'kernel', 0)
    : table.tensor(`${name}.weight`, 'embedding', 0);
  const bias = [biasName, `${head}.bias`].find((each) => walk.tensors.has(each));
  const offset = bias === undefined ? undefined : walk.vector(bias, 'bias', weight.shape[0]);
  return (own ? walk : table).product(x, weight, own ? `${head}.weight` : `${name}.weight`, offset);
}

/** Rows of positions are at most as many as the table has. */
export function checkLength(positions: number, longest: number): void {
  if (positions > longest) throw new Misfit(`it takes at most ${longest} positions`);
}
