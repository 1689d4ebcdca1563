import { UserError } from '../../../core/errors';
import { hasBytes, headOf } from '../../containers/head';
import { HDF5_SIGNATURE, type Hdf5Group, readHdf5 } from '../../containers/hdf5';
import { readJson } from '../../containers/json';
import type { ByteSource } from '../../containers/source';
import type { KerasCheckpoint, ModelDescription } from './description';
import { listedWeights } from './keras-hdf5';
import { weightNotes } from './notes';
import { record } from './serialized';
import { readStructure } from './structure';
import { fillFromKeras3, layerGroupNames } from './weights-h5';
import { fillFromLists, weightsIn } from './weights-list';

/** The architecture of a Keras model, of whatever file it stood in. */
export type KerasArchitecture = Pick<KerasCheckpoint, 'config' | 'kerasVersion' | 'compiledLoss'>;

/** Whether a file is what `model.save_weights` wrote as HDF5: no model, but layers or variables. */
export async function isKerasWeights(source: ByteSource): Promise<boolean> {
  if (!hasBytes(headOf(source), HDF5_SIGNATURE)) return false;
  return readHdf5(source, (root) => root.text('model_config') === undefined && holdsWeights(root));
}

const holdsWeights = (root: Hdf5Group): boolean =>
  root.texts('layer_names') !== undefined ||
  ['layers', '_layer_checkpoint_dependencies', 'vars'].some((name) => root.group(name) !== undefined);

/** The architecture that `model.to_json()` wrote, or the `config.json` of a `.keras`; undefined for any other file. */
export function architectureIn(source: ByteSource): KerasArchitecture | undefined {
  const [head] = new TextDecoder().decode(headOf(source)).trimStart();
  if (head !== '{') return undefined;
  const json = record(readJson(source));
  if (typeof json.class_name !== 'string' || json.config === undefined) return undefined;
  const version = json.keras_version;
  return {
    config: json,
    kerasVersion: typeof version === 'string' ? version : undefined,
    compiledLoss: undefined,
  };
}

/** An architecture by itself, its layers without weights. */
export const emptyModel = (architecture: KerasArchitecture, file: string): KerasCheckpoint => ({
  ...architecture,
  format: 'keras',
  model: structureOf(architecture, file),
  notes: [],
});

/** The layers of an architecture, without weights. */
export function structureOf({ config, kerasVersion }: KerasArchitecture, file: string): ModelDescription {
  // TensorFlow.js keeps what Keras wrote one step further in.
  return readStructure(record(config).model_config ?? config, file, kerasVersion);
}

/**
 * Weights that `model.save_weights` wrote, of Keras 3 (`.weights.h5`) or 2, in the architecture that another file has. As in
 * Keras, layers may have other names there: counters of a class go on within a session.
 * @param file the architecture's, for the sentences about it
 * @throws UserError where they are not those of that architecture
 */
export async function fillKerasWeights(
  source: ByteSource,
  architecture: KerasArchitecture,
  file: string,
): Promise<KerasCheckpoint> {
  const structure = structureOf(architecture, file);
  const misfit = (what: string) =>
    new UserError(
      `${source.name} does not belong to the architecture in ${file}: ${what}. Give the architecture that they were saved from by "model".`,
    );
  const model = await readHdf5(source, (root) => {
    if (!root.texts('layer_names')) {
      checkGroups(root, structure, misfit);
      return fillFromKeras3(structure, root, source.name, false);
    }
    const names = listedLayers(root, structure, misfit);
    return fillFromLists(
      structure,
      (layer) => {
        const name = names.get(layer);
        return name === undefined ? [] : listedWeights(root, name, source);
      },
      source.name,
    );
  });
  return { ...architecture, format: 'hdf5', model, notes: weightNotes(model) };
}

type Misfit = (what: string) => UserError;

/** What no layer of the architecture takes would be left out in silence. */
function checkGroups(root: Hdf5Group, structure: ModelDescription, misfit: Misfit): void {
  const known = new Set(layerGroupNames(structure));
  const layers = root.group('layers');
  const left = layers
    ?.names()
    .find((name) => !known.has(name) && (layers.group(`${name}/vars`)?.names() ?? []).length > 0);
  if (left !== undefined) throw misfit(`it holds weights for a layer "${left}", which is not there`);
}

/** Under which name the file lists each layer that has weights: its own, or another in the same place. */
function listedLayers(
  root: Hdf5Group,
  { layers }: ModelDescription,
  misfit: Misfit,
): ReadonlyMap<string, string> {
  const listed = (root.texts('layer_names') ?? []).filter(
    (name) => (root.group(name)?.names() ?? []).length > 0,
  );
  const own = layers.filter((layer) => weightsIn(layer) > 0).map(({ name }) => name);
  const missing = own.find((name) => !listed.includes(name));
  const left = listed.find((name) => !own.includes(name));
  if (own.length !== listed.length)
    throw misfit(
      left !== undefined
        ? `it holds weights for a layer "${left}", which is not there`
        : `it holds no weights for its layer "${missing}"`,
    );
  return new Map(own.map((name, i) => [name, left === undefined ? name : listed[i]]));
}
