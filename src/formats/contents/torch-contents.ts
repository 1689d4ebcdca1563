import { z } from 'zod';
import { sizeOf } from '../../core/size-of';
import { UserError } from '../../core/errors';
import { torchType, unreadType } from '../checkpoints/torch/element-types';
import { ClaimedNumbers, readStrided } from '../checkpoints/torch/strided';
import { openShards, safetensorsHeader } from '../checkpoints/torch/weights/safetensors';
import { type TorchFile, openTorchFile } from '../checkpoints/torch/weights/torch-file';
import type { OpaqueTensor, PickledTensor } from '../checkpoints/torch/weights/torch-objects';
import { weightSets } from '../checkpoints/torch/weights/weight-sets';
import type { ByteSource, FileSource } from '../containers/source';
import type { FileContents, TensorPlace } from './tensor-place';

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

/** Elements that lie in a row. */
function elements(bytes: ByteSource, typeName: string, from: number, count: number): ArrayLike<number> {
  const type = torchType(typeName)!;
  return type.read(bytes.read(from * type.bytes, count * type.bytes).buffer as ArrayBuffer);
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

const LARGE = 2 ** 28;

/** Tensors of what `torch.save` wrote, every set of them, by the paths of their keys. */
export function torchContents(source: FileSource): FileContents {
  const file = openTorchFile(source);
  const sets = weightSets(file.root);
  // Of very large files a sample is read, and a sum over all bytes would take reading them.
  const unchecked = source.size > LARGE;
  const claims = new ClaimedNumbers(source.name);
  const places = sets.flatMap(({ path, tensors }) =>
    [...tensors].map(([name, tensor]) =>
      tensorPlace({ file, claims, unchecked }, tensor, path ? `${path}.${name}` : name),
    ),
  );
  const notes =
    sets.length > 1
      ? [`It holds ${sets.length} sets of tensors, each under its key; optimizers are left out.`]
      : [];
  return { kind: 'PyTorch weights', tensors: places, provenance: [], notes, weightsAlone: true };
}

/** Where tensors are read. */
interface Reading {
  readonly file: TorchFile;
  readonly claims: ClaimedNumbers;
  readonly unchecked: boolean;
}

function tensorPlace(
  { file, claims, unchecked }: Reading,
  tensor: PickledTensor | OpaqueTensor,
  name: string,
): TensorPlace {
  const none = { name, shape: [], count: 0, width: 0, isFloat: false, outputsLast: false };
  const refused = (unread: string, type = '?'): TensorPlace => ({ ...none, type, unread, read: () => [] });
  if ('refusal' in tensor) return refused(tensor.refusal);
  const type = torchType(tensor.type);
  if (!type) return refused(unreadType(tensor.type), tensor.type);
  const { shape, strides, offset } = tensor;
  const count = sizeOf(shape);
  const sound = [...shape, ...strides, offset].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!sound) return refused('has a shape or strides that are no whole numbers', tensor.type);
  const dense = shape.every(
    (extent, axis) => extent === 1 || strides[axis] === sizeOf(shape.slice(axis + 1)),
  );
  let whole: ArrayLike<number> | undefined;
  const storage = (): ByteSource => {
    const bytes = file.storage(tensor.storage, unchecked);
    if (bytes) return bytes;
    throw new UserError(`Tensor "${name}" has no numbers in the file, which is damaged: copy it again.`);
  };
  let opened: ByteSource | undefined;
  return {
    ...{ name, type: type.name, isFloat: type.type === 'float', shape, count, width: type.bytes },
    outputsLast: false,
    read(from, length) {
      opened ??= storage();
      if (dense) return elements(opened, type.name, offset + from, length);
      const all = (whole ??= readStrided(opened, { type, shape, strides, offset }, claims));
      return Array.prototype.slice.call(all, from, from + length) as number[];
    },
  };
}
