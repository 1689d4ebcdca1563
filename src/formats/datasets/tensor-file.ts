import { UserError } from '../../core/errors';
import { sizeOf } from '../../core/size-of';
import { torchType, unreadType } from '../checkpoints/torch/element-types';
import { ClaimedNumbers, readStrided } from '../checkpoints/torch/strided';
import { looksLikeSafetensors, safetensorsHeader } from '../checkpoints/torch/weights/safetensors';
import {
  type TorchFile,
  isLegacyTorch,
  looksLikeTorchZip,
  openTorchFile,
  soundStorage,
} from '../checkpoints/torch/weights/torch-file';
import type { PickledTensor } from '../checkpoints/torch/weights/torch-objects';
import { type ByteSource, openFile } from '../containers/source';
import type { DataFormat, OpenedData } from './format';
import { type ArrayStore, openNamedArrays } from './named-arrays';
import { type NamedArray, arrayOf } from './npy';
import { namedTensors } from './named-tensors';

/** Tensors of PyTorch as data: `torch.save((x, y), ...)`, dictionaries, `TensorDataset`s, safetensors. */
export const tensorFile: DataFormat = {
  name: 'PyTorch tensors',
  extensions: ['.pt', '.pth', '.safetensors'],
  what: 'tensors of PyTorch: `.pt` of a tuple `(x, y)`, of a dictionary or of a `TensorDataset`, `.safetensors`',
  recognizes: ({ path, head, size, isFolder }) =>
    !isFolder && (isLegacyTorch(head) || isTorchZip(path, head) || looksLikeSafetensors(head, size)),
  find: ({ path, head, size }) => ({
    files: [path],
    open: ([source], request): OpenedData => {
      if (looksLikeSafetensors(head, size)) return openNamedArrays(path, safetensors(source), request);
      const { store, notes } = torchTensors(source);
      const opened = openNamedArrays(path, store, request);
      return { ...opened, notes: [...notes, ...opened.notes] };
    },
  }),
};

function isTorchZip(path: string, head: Uint8Array): boolean {
  if (head[0] !== 0x50 || head[1] !== 0x4b) return false;
  const source = openFile(path);
  try {
    return looksLikeTorchZip(source);
  } finally {
    source.close();
  }
}

function safetensors(source: ByteSource): ArrayStore {
  const places = new Map(safetensorsHeader(source).places.map((place) => [place.name, place]));
  return {
    names: [...places.keys()],
    read(name) {
      const { type, dtype, shape, bytes } = places.get(name)!;
      if (!type) throw new UserError(`${source.name}: ${name} ${unreadType(dtype)}.`);
      return numbersIn(bytes, { type: type.name, shape, name }, source.name);
    },
  };
}

function torchTensors(source: ByteSource): { store: ArrayStore; notes: string[] } {
  const file = openTorchFile(source);
  const claims = new ClaimedNumbers(source.name);
  const { tensors, arrays, notes } = namedTensors(file.root, source.name);
  return {
    notes,
    store: {
      names: [...tensors.keys(), ...arrays.keys()],
      read(name) {
        const tensor = tensors.get(name);
        return tensor ? readTensor(file, tensor, name, claims) : arrays.get(name)!;
      },
    },
  };
}

function readTensor(
  file: TorchFile,
  tensor: PickledTensor,
  name: string,
  claims: ClaimedNumbers,
): NamedArray {
  const { file: path } = claims;
  const { shape, strides, offset, type: typeName } = tensor;
  const type = torchType(typeName);
  if (!type) throw new UserError(`${path}: ${name} ${unreadType(typeName)}.`);
  const bytes = soundStorage(file, tensor);
  if (!bytes) throw new UserError(`${path} is damaged: ${name} has no numbers in it. Copy it again.`);
  const dense = shape.every(
    (extent, axis) => extent === 1 || strides[axis] === sizeOf(shape.slice(axis + 1)),
  );
  const [start, size] = [offset * type.bytes, sizeOf(shape) * type.bytes];
  // Numbers in a row keep their type; others are put in one as floats.
  if (dense && start + size <= bytes.size) {
    const part: ByteSource = { ...bytes, name: path, size, read: () => bytes.read(start, size) };
    return numbersIn(part, { type: typeName, shape, name }, path);
  }
  return { name, shape, data: readStrided(bytes, { type, shape, strides, offset }, claims) };
}

/** PyTorch's types as NumPy writes them; the others become floats. */
const NUMPY_TYPES: Readonly<Record<string, string>> = {
  uint8: '|u1',
  int8: '|i1',
  bool: '|b1',
  int16: '<i2',
  uint16: '<u2',
  int32: '<i4',
  uint32: '<u4',
  int64: '<i8',
  uint64: '<u8',
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
};

function numbersIn(
  source: ByteSource,
  { type, shape, name }: { readonly type: string; readonly shape: readonly number[]; readonly name: string },
  path: string,
): NamedArray {
  const bytes = source.read(0, source.size);
  const numpy = NUMPY_TYPES[type];
  if (numpy) return arrayOf({ name: path }, { type: numpy, shape, fortranOrder: false }, bytes, name);
  return { name, shape, data: torchType(type)!.read(bytes.buffer as ArrayBuffer) };
}
