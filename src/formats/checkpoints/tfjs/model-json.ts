import { z } from 'zod';
import { UserError } from '../../../core/errors';
import { openBeside } from '../../beside';
import { readJson } from '../../containers/json';
import type { FileSource } from '../../containers/source';
import { compiledLoss, lossWeightNotes, singleLoss } from '../keras/compiled';
import type { KerasCheckpoint } from '../keras/description';
import { weightNotes } from '../keras/notes';
import { parseWith, record } from '../keras/serialized';
import { readStructure } from '../keras/structure';
import { fillByName } from '../keras/weights-named';
import { readWeights, weightSpec } from './weights';

const manifest = z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSpec) }));

/**
 * Reads a TensorFlow.js LayersModel: `model.json` and the weight files it names, which lie beside it.
 * @param opened receives the weight files, for the hash; the caller closes them.
 */
export function readTfjsModel(source: FileSource, opened: FileSource[]): KerasCheckpoint {
  const json = record(readJson(source));
  if (json.format === 'graph-model') {
    throw new UserError(
      `${source.name} is a TensorFlow.js graph model, which has no layers: convert the original model to a layers model, or give its .keras file.`,
    );
  }
  if (json.modelTopology === undefined || json.modelTopology === null) throw notTfjs(source, json);
  const topology = record(json.modelTopology);
  const structure = readStructure(topology.model_config ?? topology, source.name);
  const groups = parseWith(manifest, json.weightsManifest ?? [], source.name);
  let quantized = false;
  const tensors = groups.flatMap(({ paths, weights }) => {
    quantized ||= weights.some(({ quantization }) => quantization !== undefined);
    const shards = paths.map((path) => openBeside(source, path, 'a weight file'));
    opened.push(...shards);
    return readWeights(weights, shards, source.name);
  });
  const model = fillByName(structure, tensors, source.name);
  const version = topology.keras_version;
  const training = json.trainingConfig ?? topology.training_config;
  return {
    format: 'tfjs',
    kerasVersion: typeof version === 'string' ? version : undefined,
    model,
    config: topology,
    compiledLoss: singleLoss(compiledLoss(training)),
    notes: [
      ...lossWeightNotes(training),
      ...weightNotes(model),
      ...(quantized ? ['The weights were stored quantized and are used as rounded.'] : []),
    ],
  };
}

function notTfjs(source: FileSource, json: Readonly<Record<string, unknown>>): UserError {
  if ('weightsManifest' in json) {
    return new UserError(
      `${source.name} holds weights only, without the model's architecture: save the whole model.`,
    );
  }
  return new UserError(`${source.name} is not a TensorFlow.js model: it has no modelTopology.`);
}
