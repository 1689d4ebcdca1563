import type { LayerDescription, ModelDescription, StoredTensor } from '../keras/description';
import { childGroupName, layerGroupNames } from '../keras/weights-h5';
import { type Hdf5Array, type Hdf5Branch, hdf5Branch, hdf5Bytes } from './hdf5';

/** The new value of a stored tensor, or what was read. */
export type NewValue = (tensor: StoredTensor) => Float32Array | Float64Array;

/** An optimizer's state: numbers only, for momenta are not kept. */
export interface OptimizerState {
  readonly name: string;
  readonly state: readonly number[];
}

/** A `model.weights.h5` as Keras 3 writes one: the mirror of how it is read. */
export function kerasWeightsBytes(
  model: ModelDescription,
  valueOf: NewValue,
  optimizer?: OptimizerState,
): Uint8Array {
  const root = hdf5Branch();
  writeModel(root, model, valueOf);
  const scalars = optimizer?.state.map((value) => ({ shape: [], data: Float64Array.of(value) }));
  if (optimizer && scalars) addOwn(below(root, 'optimizer'), optimizer.name, scalars);
  return hdf5Bytes(root);
}

function writeModel(place: Hdf5Branch, model: ModelDescription, valueOf: NewValue): void {
  const names = layerGroupNames(model);
  addOwn(place, model.name, []);
  const layers = below(place, 'layers');
  model.layers.forEach((layer, index) => {
    const name = names[index];
    if (name !== undefined) writeLayer(below(layers, name), layer, valueOf);
  });
}

function writeLayer(place: Hdf5Branch, layer: LayerDescription, valueOf: NewValue): void {
  // What LoRA adds is none of a saved layer's own weights.
  const kept = layer.variables.filter(({ name }) => !name.startsWith('lora_'));
  const own = kept.map((tensor) => arrayOf(tensor, valueOf(counterpart(layer, tensor))));
  // Keras keeps the count of the rows seen behind mean and variance; nothing reads it.
  const idle = layer.className === 'Normalization' && own.length === 2 ? [COUNT] : [];
  addOwn(place, layer.name, [...own, ...idle]);
  for (const [key, child] of Object.entries(layer.children)) {
    writeLayer(below(place, placeOfChild(layer, key)), child, valueOf);
  }
  if (layer.model) writeModel(place, layer.model, valueOf);
}

const COUNT: Hdf5Array = { shape: [], data: new Float64Array(1) };

/** Grouped attention has no public names for its projections. */
function placeOfChild(layer: LayerDescription, key: string): string {
  const name = childGroupName(layer, key);
  return layer.className === 'GroupQueryAttention' ? `_${name}` : name;
}

/** Spectral normalization's own kernel is its layer's kernel once more: it must be written with the same value. */
function counterpart(layer: LayerDescription, tensor: StoredTensor): StoredTensor {
  if (layer.className !== 'SpectralNormalization') return tensor;
  const same = layer.children.layer?.variables.find(({ name }) =>
    tensor.name === 'kernel' ? /^(kernel|embeddings)$/.test(name) : false,
  );
  return same ?? tensor;
}

function addOwn(place: Hdf5Branch, name: string, arrays: readonly Hdf5Array[]): void {
  const vars = below(place, 'vars');
  vars.texts.set('name', name);
  arrays.forEach((array, index) => vars.datasets.set(String(index), array));
}

/** In the precision it was stored in. */
function arrayOf({ shape, data }: StoredTensor, value: Float32Array | Float64Array): Hdf5Array {
  const isSame = value instanceof Float32Array === data instanceof Float32Array;
  if (isSame) return { shape, data: value };
  return { shape, data: data instanceof Float32Array ? Float32Array.from(value) : Float64Array.from(value) };
}

/** The group of a path below another, made where it is missing. */
function below(place: Hdf5Branch, path: string): Hdf5Branch {
  return path.split('/').reduce((branch, name) => {
    const group = branch.groups.get(name) ?? hdf5Branch();
    branch.groups.set(name, group);
    return group;
  }, place);
}
