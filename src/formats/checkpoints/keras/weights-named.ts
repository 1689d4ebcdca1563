import { UserError } from '../../../core/errors';
import type { LayerDescription, ModelDescription, StoredTensor } from './description';
import { expectedVariables } from './variables';
import { fillModel, nameVariables } from './weights';

/** The tensors that may belong to a layer, by their full names (`lstm/lstm_cell/kernel`). */
type Place = readonly StoredTensor[];

/**
 * Fills in weights that are found by name, as TensorFlow.js does it: the layer's name is a part of the tensor's, the
 * weight's name its last part. What stands between varies (a cell's or a nested model's name, or nothing).
 */
export function fillByName(
  model: ModelDescription,
  tensors: readonly StoredTensor[],
  file: string,
): ModelDescription {
  const places = {
    child: (place: Place, layer: LayerDescription, key: string) =>
      narrowed(place, layer.children[key].name) ?? place,
    layers: (place: Place, part: ModelDescription) =>
      part.layers.map((layer) => narrowed(place, layer.name) ?? (layer.model ? place : [])),
  };
  return fillModel<Place>(model, tensors, places, (layer, place) => {
    const expected = expectedVariables(layer.className, layer.config);
    if (!expected)
      return isComposite(layer) ? [] : place.map((tensor) => ({ ...tensor, name: lastPart(tensor.name) }));
    const found = expected.map(({ name }) => pick(layer, place, name, file));
    return nameVariables(layer, found, file);
  });
}

const isComposite = ({ model, children }: LayerDescription) =>
  model !== undefined || Object.keys(children).length > 0;

const lastPart = (name: string) => name.slice(name.lastIndexOf('/') + 1);

function narrowed(place: Place, name: string): Place | undefined {
  const inside = place.filter((tensor) => `/${tensor.name}`.includes(`/${name}/`));
  return inside.length > 0 ? inside : undefined;
}

function pick(layer: LayerDescription, place: Place, name: string, file: string): StoredTensor {
  const isDepthwise = layer.className.startsWith('Depthwise') && name === 'kernel';
  const found = place.filter((tensor) => {
    const last = lastPart(tensor.name);
    return last === name || (isDepthwise && last === 'depthwise_kernel');
  });
  if (found.length === 1) return found[0];
  const problem = found.length === 0 ? 'has no' : 'has more than one';
  throw new UserError(
    `${file} ${problem} ${name} for layer ${layer.name} (${layer.className}): save the whole model again.`,
  );
}
