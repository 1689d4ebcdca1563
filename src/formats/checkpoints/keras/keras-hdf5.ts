import { UserError } from '../../../core/errors';
import { type Hdf5Group, readHdf5 } from '../../containers/hdf5';
import { parseJson } from '../../containers/json';
import type { ByteSource } from '../../containers/source';
import { compiledLoss, lossWeightNotes, singleLoss } from './compiled';
import type { KerasCheckpoint } from './description';
import { weightNotes } from './notes';
import { readStructure } from './structure';
import type { RawTensor } from './weights';
import { fillFromLists } from './weights-list';

/** Reads an HDF5 file of a whole model (`.h5`, `.hdf5`), as Keras 2 wrote by default and Keras 3 still can. */
export function readKerasHdf5(source: ByteSource): Promise<KerasCheckpoint> {
  return readHdf5(source, (root) => readModel(source, root));
}

function readModel(source: ByteSource, root: Hdf5Group): KerasCheckpoint {
  const text = root.text('model_config');
  if (text === undefined) throw withoutConfig(source, root);
  const config = parseJson(text, `${source.name} (model_config)`);
  const weights = root.group('model_weights');
  if (!weights) throw new UserError(`${source.name} holds no weights (model_weights): save the model again.`);
  const version = root.text('keras_version') ?? weights.text('keras_version');
  const structure = readStructure(config, source.name, version);
  const model = fillFromLists(structure, (layer) => listedWeights(weights, layer, source), source.name);
  const stored = root.text('training_config');
  const training = stored === undefined ? undefined : parseJson(stored, `${source.name} (training_config)`);
  return {
    format: 'hdf5',
    kerasVersion: version,
    model,
    config,
    compiledLoss: singleLoss(compiledLoss(training)),
    notes: [...weightNotes(model), ...lossWeightNotes(training)],
  };
}

/** What Keras 2 lists of a layer, in its order. */
export function listedWeights(weights: Hdf5Group, layer: string, source: ByteSource): RawTensor[] {
  const group = weights.group(layer);
  if (!group) return [];
  return longList(group, 'weight_names').map((name) => {
    const tensor = group.numbers(name);
    if (!tensor)
      throw new UserError(`${source.name} is damaged: weight ${name} of layer ${layer} is missing.`);
    return tensor;
  });
}

/** An attribute of HDF5 holds 64 KB: Keras spreads longer lists over `NAME0`, `NAME1`... */
function longList(group: Hdf5Group, name: string): string[] {
  const whole = group.texts(name);
  if (whole) return whole;
  const parts: string[] = [];
  for (let index = 0; ; index++) {
    const part = group.texts(`${name}${index}`);
    if (!part) return parts;
    parts.push(...part);
  }
}

function withoutConfig(source: ByteSource, root: Hdf5Group): UserError {
  const isWeights =
    root.texts('layer_names') !== undefined ||
    root.group('layers') !== undefined ||
    root.group('vars') !== undefined;
  return isWeights
    ? new UserError(
        `${source.name} holds weights only, without the model's architecture: give the whole model, saved with model.save('name.keras'), or name a file that has the architecture (a .keras, or what model.to_json() wrote) by "model" in landscape.json, or by --model.`,
      )
    : new UserError(`${source.name} is an HDF5 file, but not a Keras model.`);
}
