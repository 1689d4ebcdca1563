import { UserError } from '../../../shared/errors';
import type { LayerDescription, ModelDescription } from './description';
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

/** A place for every weight of a layer and all inside it, in the order of Keras' `layer.weights`. */
function slotsOf(layer: LayerDescription): Slot[] {
  const own = expectedVariables(layer.className, layer.config) ?? [];
  const slots = own.map(({ trainable }) => ({ layer, trainable: trainable && layer.trainable }));
  const inner = [...Object.values(layer.children), ...(layer.model?.layers ?? [])];
  return [...slots, ...inner.flatMap(slotsOf)];
}

function assign(
  layer: LayerDescription,
  tensors: readonly RawTensor[],
  assigned: Map<LayerDescription['config'], RawTensor[]>,
  file: string,
): void {
  const isPlain = !layer.model && Object.keys(layer.children).length === 0;
  if (isPlain) {
    assigned.set(layer.config, [...tensors]);
    return;
  }
  const slots = slotsOf(layer);
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
