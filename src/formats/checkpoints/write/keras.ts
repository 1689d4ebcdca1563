import type { KerasCheckpoint, StoredTensor } from '../keras/description';
import { FRESH_OPTIMIZER, isKept, keras3ConfigText, writtenVersion } from './keras-config';
import { kerasWeightsBytes } from './keras-weights';
import { tensorsByStored } from './stored-names';
import { zipBytes } from './zip';

/** Values of a model's tensors by `ModelTensor.name`, row-major; a tensor without one keeps what was read. */
export type TensorValues = ReadonlyMap<string, Float32Array | Float64Array>;

/**
 * A `.keras` file of a checkpoint with new values: what Keras 3 loads with `keras.models.load_model`. The optimizer's
 * state is left out. Equal arguments give equal bytes (no times are written).
 * @throws UserError, written to follow the file's name and a colon, when the checkpoint is of Keras 2 or TensorFlow.js
 * and holds what Keras 3 cannot say.
 */
export async function kerasBytes(checkpoint: KerasCheckpoint, values: TensorValues): Promise<Uint8Array> {
  const config = keras3ConfigText(checkpoint);
  const tensors = tensorsByStored(checkpoint);
  const valueOf = (stored: StoredTensor) => {
    const tensor = tensors.get(stored);
    const value = tensor && values.get(tensor.name);
    if (!value) return stored.data;
    if (value.length !== stored.data.length)
      throw new Error(`${tensor.name} was given ${value.length} numbers where it has ${stored.data.length}`);
    return value;
  };
  const optimizer = isKept(checkpoint) ? undefined : FRESH_OPTIMIZER;
  const encode = (text: string) => new TextEncoder().encode(text);
  return Promise.resolve(
    zipBytes([
      { name: 'metadata.json', bytes: encode(JSON.stringify({ keras_version: writtenVersion(checkpoint) })) },
      { name: 'config.json', bytes: encode(config) },
      { name: 'model.weights.h5', bytes: kerasWeightsBytes(checkpoint.model, valueOf, optimizer) },
    ]),
  );
}
