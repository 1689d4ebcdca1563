import { ShapeError } from '../../../../autodiff/shape';
import type { StoredWeight, StoredWeights } from '../weights/description';
import { nameVariants, widened } from '../weights/fill';
import { type TorchNetwork, shapesOf, tryVariant } from './network';
import type { Family, Recipe } from './recipe';
import { Misfit, Tensors } from './tensors';

/** What did not fit where weights are like those of a family and are not. */
export interface NearMiss {
  /** Whose names they have, `those of torchvision's VGG`. */
  readonly family: string;
  readonly reason: string;
}

/** Weights as one of the families, or the nearest of those that they are not. */
export function recognize(
  weights: StoredWeights,
  families: readonly Family[],
): TorchNetwork | NearMiss | undefined {
  let near: NearMiss | undefined;
  // The names without all the prefixes of training wrappers first.
  for (const tensors of nameVariants(weights).reverse()) {
    const names = new Tensors(shapesOf(tensors));
    for (const family of families) {
      if (!family.resembles(names)) continue;
      const found = attempt(() => family.recipe(names), weights, tensors);
      if (typeof found !== 'string') return found;
      near ??= { family: `like those of ${family.name}`, reason: found };
    }
  }
  return near;
}

/** The network, or what does not fit: every float tensor must be used and have the shape that is needed. */
export function attempt(
  recipe: () => Recipe,
  weights: StoredWeights,
  tensors: ReadonlyMap<string, StoredWeight>,
): TorchNetwork | string {
  try {
    return accepted(recipe(), weights, tensors);
  } catch (error) {
    if (error instanceof Misfit || error instanceof ShapeError) return error.message;
    throw error;
  }
}

function accepted(
  recipe: Recipe,
  weights: StoredWeights,
  tensors: ReadonlyMap<string, StoredWeight>,
): TorchNetwork {
  const { title, inputs, example, variants, trainingOnly, computed, leftOver, notes = [] } = recipe;
  const needed = inputs.filter(({ optional }) => !optional);
  const bound = needed.map(({ name, dtype }, i) => ({ name, dtype, shape: example[i] }));
  const { uses } = tryVariant(variants[0], shapesOf(tensors), bound);
  const beside = [...tensors.keys()].filter((name) => trainingOnly?.test(name));
  const others = [...tensors.keys()].filter((name) => !uses.has(name) && !beside.includes(name));
  const unused = others.filter((name) => !computed?.test(name));
  if (unused.length > 0 && !unused.every((name) => leftOver?.test(name)))
    throw new Misfit(`"${unused[0]}" has no place in it`);
  if (weights.unread.size > 0) {
    const [[name, reason]] = weights.unread;
    throw new Misfit(`"${name}" ${reason}`);
  }
  return {
    format: 'torch-network',
    name: weights.name,
    recipe,
    tensors,
    notes: [
      `Read as ${title}: ${uses.size} of ${tensors.size - beside.length - others.length} tensors matched by name and shape.`,
      ...(beside.length > 0
        ? [
            `Used in training only, and left out: ${new Set(beside.map((name) => name.split('.')[0])).size} heads of ${beside.length} tensors (${beside[0]}, ...).`,
          ]
        : []),
      ...(unused.length > 0
        ? [
            `No part of it, and left out: ${unused.slice(0, 3).join(', ')}${unused.length > 3 ? ` and ${unused.length - 3} more` : ''}.`,
          ]
        : []),
      ...widened([...uses.keys()].map((name) => tensors.get(name)!)),
      ...notes,
      ...weights.notes,
    ],
  };
}
