import { z } from 'zod';
import { sizeOf } from '../../core/size-of';
import { unreadType } from '../checkpoints/torch/element-types';
import { ClaimedNumbers } from '../checkpoints/torch/strided';
import { openShards, safetensorsHeader } from '../checkpoints/torch/weights/safetensors';
import { openTorchFile } from '../checkpoints/torch/weights/torch-file';
import { weightSets } from '../checkpoints/torch/weights/weight-sets';
import type { ByteSource, FileSource } from '../containers/source';
import { elements, refusedPlace, stridedPlace } from './strided-place';
import { type FileContents, LARGE, type TensorPlace } from './tensor-place';

/** Elements of a safetensors file, in place. */
export function safetensorsContents(source: ByteSource): FileContents {
  const { tensors, provenance } = placesOf(source);
  return { kind: 'safetensors', tensors, provenance, notes: [], weightsAlone: true };
}

const metadata = z.record(z.string(), z.string());

function placesOf(source: ByteSource): Pick<FileContents, 'tensors' | 'provenance'> {
  const { places, said } = safetensorsHeader(source);
  const written = metadata.safeParse(said);
  return {
    provenance: written.success ? Object.entries(written.data) : [],
    tensors: places.map(({ name, dtype, type, shape, bytes }): TensorPlace => ({
      ...{ name, type: type?.name ?? dtype, isFloat: type?.type === 'float', shape, count: sizeOf(shape) },
      width: type?.bytes ?? 0,
      outputsLast: false,
      ...(type ? {} : { unread: unreadType(dtype) }),
      read: (from, count) => elements(bytes, type?.name ?? dtype, from, count),
    })),
  };
}

/** The shards that an index names, as one. */
export function indexContents(source: FileSource, opened: FileSource[]): FileContents {
  const shards = [...openShards(source, opened).files.values()].map(placesOf);
  return {
    kind: `safetensors in ${shards.length} shards`,
    tensors: shards.flatMap(({ tensors }) => tensors),
    provenance: shards[0]?.provenance ?? [],
    notes: [],
    weightsAlone: true,
  };
}

/** Tensors of what `torch.save` wrote, every set of them, by the paths of their keys. */
export function torchContents(source: FileSource): FileContents {
  const file = openTorchFile(source);
  const sets = weightSets(file.root);
  // Of very large files a sample is read, and a sum over all bytes would take reading them.
  const unchecked = source.size > LARGE;
  const claims = new ClaimedNumbers(source.name);
  const places = sets.flatMap(({ path, tensors }) =>
    [...tensors].map(([key, tensor]) => {
      const name = path ? `${path}.${key}` : key;
      if ('refusal' in tensor) return refusedPlace(name, tensor.refusal);
      const bytes = () => file.storage(tensor.storage, unchecked);
      return stridedPlace(name, { ...tensor, bytes }, claims);
    }),
  );
  const notes =
    sets.length > 1
      ? [`It holds ${sets.length} sets of tensors, each under its key; optimizers are left out.`]
      : [];
  return { kind: 'PyTorch weights', tensors: places, provenance: [], notes, weightsAlone: true };
}
