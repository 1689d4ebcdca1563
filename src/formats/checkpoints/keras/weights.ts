import { UserError } from '../../../core/errors';
import type { LayerDescription, ModelDescription, StoredTensor } from './description';
import { expectedVariables, shapeFits } from './variables';

/** Finds a layer's own weights in a file, in Keras' order. Layers are asked in the model's order, outer before inner. */
export type OwnWeights<Place> = (layer: LayerDescription, place: Place) => readonly StoredTensor[];

/** How to walk from a place in the file to the place of a child, or of the layers of a nested model. */
export interface Places<Place> {
  child(place: Place, layer: LayerDescription, key: string): Place;
  layers(place: Place, model: ModelDescription): readonly Place[];
}

/** Puts weights into a structure. */
export function fillModel<Place>(
  model: ModelDescription,
  place: Place,
  places: Places<Place>,
  own: OwnWeights<Place>,
): ModelDescription {
  const fillLayer = (layer: LayerDescription, at: Place): LayerDescription => {
    const variables = own(layer, at);
    const children = Object.entries(layer.children).map(([key, child]) => {
      return [key, fillLayer(child, places.child(at, layer, key))] as const;
    });
    const inner = layer.model && fillModel(layer.model, at, places, own);
    return { ...layer, variables, children: Object.fromEntries(children), ...(inner && { model: inner }) };
  };
  const inside = places.layers(place, model);
  return { ...model, layers: model.layers.map((layer, index) => fillLayer(layer, inside[index])) };
}

/** A tensor before it is known what it is. */
export type RawTensor = Pick<StoredTensor, 'shape' | 'data'>;

/**
 * Names a layer's own tensors, which are in Keras' order, by what its class must have.
 * @throws UserError when their number or a shape is not what the layer's configuration asks for.
 */
export function nameVariables(
  layer: LayerDescription,
  tensors: readonly RawTensor[],
  file: string,
): StoredTensor[] {
  const expected = expectedVariables(layer.className, layer.config);
  if (!expected) return tensors.map((tensor, index) => ({ name: String(index), ...tensor }));
  // Keras 2's Normalization keeps a count of the rows it has seen behind mean and variance.
  const used = layer.className === 'Normalization' ? tensors.slice(0, expected.length) : tensors;
  if (used.length !== expected.length) {
    const names = expected.map(({ name }) => name).join(', ') || 'none';
    throw new UserError(
      `${file}: layer ${layer.name} (${layer.className}) has ${tensors.length} weights where its configuration asks for ${expected.length} (${names}).`,
    );
  }
  return used.map(({ shape, data }, index) => {
    const { name, shape: wanted } = expected[index];
    if (!shapeFits(shape, wanted)) {
      const text = wanted?.map((size) => size ?? 'any').join(', ');
      throw new UserError(
        `${file}: ${name} of layer ${layer.name} (${layer.className}) has shape (${shape.join(', ')}) where its configuration asks for (${text}).`,
      );
    }
    return { name, shape, data };
  });
}

/** Whether any weight of a model is NaN or infinite: by the first such layer, for a note. */
export function firstDivergedLayer(model: ModelDescription): string | undefined {
  const diverged = (layer: LayerDescription): boolean =>
    layer.variables.some(({ data }) => !(data as Float32Array).every(Number.isFinite)) ||
    Object.values(layer.children).some(diverged) ||
    (layer.model?.layers.some(diverged) ?? false);
  return model.layers.find(diverged)?.name;
}
