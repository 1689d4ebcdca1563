import type { KerasCheckpoint, StoredTensor } from '../keras/description';
import { buildNetwork, nestedFunction } from '../keras/network';
import type { ModelTensor } from '../../../network/model';

/** The model's tensor for each stored one; those without are read by nothing (counters, random states). */
export function tensorsByStored(checkpoint: KerasCheckpoint): ReadonlyMap<StoredTensor, ModelTensor> {
  const tensors = new Map<StoredTensor, ModelTensor>();
  buildNetwork(checkpoint.model, {
    path: '',
    legacy: !(checkpoint.kerasVersion ?? '').startsWith('3'),
    tensors,
    nested: nestedFunction,
  });
  return tensors;
}
