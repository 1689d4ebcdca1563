import { UserError } from '../../../core/errors';
import type { LayerDescription, ModelDescription } from './description';
import { loraRank } from './lora';
import { expectedVariables } from './variables';
import { fillModel, nameVariables, type RawTensor } from './weights';

/** The weights that a file lists under the name of one layer of the outermost model. */
export type ListedWeights = (layer: string) => readonly RawTensor[];

/**
 * Fills in weights that come as one list for each layer of the outermost model (HDF5 files of Keras 2, and Keras 3's of
 * that form). A nested model's list is that of all its layers, those that training moves first; positions, not names, say
 * which is which, as they do for Keras itself.
 */
export function fillFromLists(
  model: ModelDescription,
  listed: ListedWeights,
  file: string,
): ModelDescription {
  const assigned = new Map<LayerDescription['config'], RawTensor[]>();
  for (const layer of model.layers) assign(layer, listed(layer.name), assigned, file);
  const here = {
    child: () => undefined,
    layers: (_: undefined, { layers }: ModelDescription) => layers.map(() => undefined),
  };
  return fillModel<undefined>(model, undefined, here, (layer) => {
    return nameVariables(layer, assigned.get(layer.config) ?? [], file);
  });
}

interface Slot {
  readonly layer: LayerDescription;
  readonly trainable: boolean;
}

/** How many weights a layer has with all inside it. */
export const weightsIn = (layer: LayerDescription): number => slotsOf(layer, false).length;

/** A place for every weight of a layer and all inside it, in the order of Keras' `layer.weights`. */
function slotsOf(layer: LayerDescription, counting: boolean): Slot[] {
  const own = expectedVariables(layer.className, layer.config) ?? [];
  const slots = own.map(({ trainable }) => ({ layer, trainable: trainable && layer.trainable }));
  if (counting && layer.className === 'Normalization' && own.length > 0)
    slots.push({ layer, trainable: false });
  const inner = [...Object.values(layer.children), ...(layer.model?.layers ?? [])];
  return [...slots, ...inner.flatMap((each) => slotsOf(each, counting))];
}

function assign(
  layer: LayerDescription,
  tensors: readonly RawTensor[],
  assigned: Map<LayerDescription['config'], RawTensor[]>,
  file: string,
): void {
  const isPlain = !layer.model && Object.keys(layer.children).length === 0 && loraRank(layer.config) === 0;
  if (isPlain) {
    assigned.set(layer.config, [...tensors]);
    return;
  }
  // Keras 2's Normalization counts the rows it has seen, which its later versions do not.
  const counting = slotsOf(layer, true);
  const slots = counting.length === tensors.length ? counting : slotsOf(layer, false);
  if (slots.length !== tensors.length) {
    throw new UserError(
      `${file}: layer ${layer.name} (${layer.className}) has ${tensors.length} weights where its configuration asks for ${slots.length}.`,
    );
  }
  const ordered = [
    ...slots.filter(({ trainable }) => trainable),
    ...slots.filter(({ trainable }) => !trainable),
  ];
  ordered.forEach((slot, index) => {
    const { config } = slot.layer;
    assigned.set(config, [...(assigned.get(config) ?? []), tensors[index]]);
  });
}
