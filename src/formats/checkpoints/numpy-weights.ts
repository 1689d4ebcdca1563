import { basename, extname } from 'node:path';
import { UserError } from '../../core/errors';
import { openNpz } from '../datasets/npz';
import { hasBytes, headOf } from '../containers/head';
import type { ByteSource } from '../containers/source';
import { openZip } from '../containers/zip';
import type { KerasCheckpoint, LayerDescription, ModelDescription, StoredTensor } from './keras/description';
import { weightNotes } from './keras/notes';
import { expectedVariables } from './keras/variables';
import { fillModel, nameVariables } from './keras/weights';
import { type KerasArchitecture, structureOf } from './keras/weights-alone';
import { fillByName } from './keras/weights-named';
import { torchType } from './torch/element-types';
import type { StoredWeight, StoredWeights } from './torch/weights/description';

/** Whether a file is an archive of NumPy's arrays, which may be data, or weights of an architecture that is named. */
export function isNpz(source: ByteSource): boolean {
  if (!hasBytes(headOf(source), [0x50, 0x4b, 0x03, 0x04])) return false;
  try {
    const names = [...openZip(source).entries.keys()];
    return names.length > 0 && names.every((name) => name.endsWith('.npy'));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** The arrays of an archive as weights by name, as `np.savez(file, **state_dict)` writes those of PyTorch. */
export function npzWeights(source: ByteSource): StoredWeights {
  const archive = openNpz(source);
  const tensors = archive.names.map((name): [string, StoredWeight] => {
    const { shape, data } = archive.read(name);
    const isFloat = data instanceof Float32Array || data instanceof Float64Array;
    const type = torchType(data instanceof Float32Array ? 'float32' : isFloat ? 'float64' : 'int64')!;
    const numbers = isFloat ? data : Float64Array.from(data);
    return [name, { type, shape, learned: undefined, identity: name, data: numbers }];
  });
  return {
    format: 'torch-weights',
    name: basename(source.name, extname(source.name)),
    kind: 'NumPy arrays',
    set: '',
    tensors: new Map(tensors),
    unread: new Map(),
    notes: [],
  };
}

/**
 * The arrays of an archive in a Keras architecture: by number, as `np.savez(file, *model.get_weights())` writes them, or by
 * the paths of the variables (`dense/kernel`).
 * @param file the architecture's
 * @throws UserError where they are not those of that architecture
 */
export function fillKerasArrays(
  source: ByteSource,
  architecture: KerasArchitecture,
  file: string,
): KerasCheckpoint {
  const archive = openNpz(source);
  const structure = structureOf(architecture, file);
  const isNumbered = archive.names.every((name) => /^arr_\d+$/.test(name));
  const tensors = archive.names.map((name) => {
    const { shape, data } = archive.read(name);
    const isFloat = data instanceof Float32Array || data instanceof Float64Array;
    // TensorFlow marks the first output of an operation.
    return { name: name.replace(/:0$/, ''), shape, data: isFloat ? data : Float32Array.from(data) };
  });
  const model = isNumbered
    ? fillInOrder(structure, tensors, source.name)
    : fillByName(structure, tensors, source.name);
  const wanted = variablesIn(model);
  if (wanted !== tensors.length)
    throw new UserError(
      `${source.name} holds ${tensors.length} arrays, and the architecture in ${file} has ${wanted} weights: save all of them, np.savez("weights.npz", *model.get_weights()), and give the architecture that they are of by "model".`,
    );
  return { ...architecture, format: 'hdf5', model, notes: weightNotes(model) };
}

type Tensors = readonly StoredTensor[];

/** `arr_0`, `arr_1`...: own variables of each layer before those of its parts, as Keras goes through them. */
function fillInOrder(structure: ModelDescription, tensors: Tensors, file: string): ModelDescription {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  let taken = 0;
  const nowhere = {
    child: () => undefined,
    layers: (_: undefined, { layers }: ModelDescription) => layers.map(() => undefined),
  };
  return fillModel<undefined>(structure, undefined, nowhere, (layer) => {
    const expected = expectedVariables(layer.className, layer.config) ?? [];
    const own = expected.flatMap(() => byName.get(`arr_${taken++}`) ?? []);
    return nameVariables(layer, own, file);
  });
}

function variablesIn({ layers }: ModelDescription): number {
  const own = ({ variables, children, model }: LayerDescription): number =>
    variables.length +
    Object.values(children).reduce((sum, child) => sum + own(child), 0) +
    (model ? variablesIn(model) : 0);
  return layers.reduce((sum, layer) => sum + own(layer), 0);
}
