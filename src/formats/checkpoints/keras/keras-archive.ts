import { UserError } from '../../../core/errors';
import { readHdf5 } from '../../containers/hdf5';
import { LARGEST_JSON, readJson, readText } from '../../containers/json';
import type { ByteSource } from '../../containers/source';
import { openZip } from '../../containers/zip';
import { compiledLoss, lossWeightNotes, singleLoss } from './compiled';
import type { KerasCheckpoint } from './description';
import { weightNotes } from './notes';
import { record } from './serialized';
import { readStructure } from './structure';
import { fillFromKeras3 } from './weights-h5';

/** Reads a `.keras` file (Keras 3, and Keras 2 from 2.13 on): a zip of `config.json`, `metadata.json`, `model.weights.h5`. */
export async function readKerasArchive(source: ByteSource): Promise<KerasCheckpoint> {
  const archive = openZip(source);
  if (!archive.entries.has('config.json')) throw notKeras(source, [...archive.entries.keys()]);
  const stored = archive.open('config.json', LARGEST_JSON);
  const config = readJson(stored);
  const metadata = archive.entries.has('metadata.json')
    ? record(readJson(archive.open('metadata.json', LARGEST_JSON)))
    : {};
  const version = typeof metadata.keras_version === 'string' ? metadata.keras_version : undefined;
  const structure = readStructure(config, source.name, version);
  if (!archive.entries.has('model.weights.h5')) {
    throw new UserError(`${source.name} holds no model.weights.h5: save the model again with model.save.`);
  }
  const model = await readHdf5(archive.open('model.weights.h5'), (root) =>
    fillFromKeras3(structure, root, source.name),
  );
  return {
    format: 'keras',
    kerasVersion: version,
    model,
    config,
    configText: readText(stored),
    compiledLoss: singleLoss(compiledLoss(record(config).compile_config)),
    notes: [...weightNotes(model), ...lossWeightNotes(record(config).compile_config)],
  };
}

/** Says what another zip archive is, as far as its members tell. */
function notKeras(source: ByteSource, names: readonly string[]): UserError {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const found = has(/\.npy$/) ? 'a NumPy archive (data, not a model)' : 'a zip archive without config.json';
  return new UserError(`${source.name} is not a Keras model: it is ${found}.`);
}
