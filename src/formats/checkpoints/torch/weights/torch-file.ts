import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/errors';
import { readText } from '../../../containers/json';
import { type ByteSource, section } from '../../../containers/source';
import { type ZipArchive, openZip } from '../../../containers/zip';
import { torchType, unreadType } from '../element-types';
import { readStrided } from '../strided';
import type { StoredWeight, StoredWeights } from './description';
import { hyperParametersOf } from './hyper-parameters';
import { PickleList, type PickleValue, readPickle } from './pickle';
import { type OpaqueTensor, type PickledTensor, storagesIn } from './torch-objects';
import { chooseSet, weightSets } from './weight-sets';

/** What `torch.save` wrote, in either of its containers: an object, and storages by name. */
export interface TorchFile {
  readonly root: PickleValue;
  /** @param unchecked whether the file's checksum is left alone, which takes reading all of the storage. */
  storage(name: string, unchecked?: boolean): ByteSource | undefined;
}

/** The legacy container begins with a pickle of this number (0x1950a86a20f9469cfc6c). */
const LEGACY_MAGIC = [
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
];

export const isLegacyTorch = (head: Uint8Array): boolean => LEGACY_MAGIC.every((byte, i) => head[i] === byte);

/** The pickle in a zip of `torch.save` or of TorchScript. */
const pickleName = (names: Iterable<string>): string | undefined =>
  [...names].find((name) => /^[^/]+\/data\.pkl$/.test(name));

/** Whether a zip archive is one of `torch.save`; one that is damaged is not. */
export function looksLikeTorchZip(source: ByteSource): boolean {
  try {
    return pickleName(openZip(source).entries.keys()) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Reads the weights that `torch.save` or TorchScript wrote; `wanted` picks one set where there are several. Nothing that
 * the pickle names is called.
 * @throws UserError for what is damaged, hostile, quantized or holds no weights.
 */
export function readTorchWeights(source: ByteSource, wanted?: string): StoredWeights {
  const file = openTorchFile(source);
  const { set, notes } = chooseSet(weightSets(file.root), wanted, source.name);
  const tensors = new Map<string, StoredWeight>();
  const unread = new Map<string, string>();
  for (const [name, tensor] of set.tensors) {
    const read = stored(name, tensor, file, source);
    if (typeof read === 'string') unread.set(name, read);
    else tensors.set(name, read);
  }
  if (
    [...tensors.values()]
      .filter(({ type }) => type.type === 'float')
      .every(({ data }) => data.every((x) => x === 0))
  )
    throw new UserError(
      `${source.name} holds zeros only: it was written without its numbers (skip_data), which must be filled in first.`,
    );
  return {
    format: 'torch-weights',
    name: basename(source.name, extname(source.name)),
    kind: 'PyTorch weights',
    set: set.path,
    tensors,
    unread,
    notes,
    hyperParameters: hyperParametersOf(file.root),
  };
}

/**
 * Opens what `torch.save` wrote, its storages unread.
 * @throws UserError for what is damaged or hostile
 */
export function openTorchFile(source: ByteSource): TorchFile {
  const head = source.read(0, Math.min(source.size, LEGACY_MAGIC.length));
  return isLegacyTorch(head) ? openLegacy(source) : openTorchZip(source);
}

function stored(
  name: string,
  tensor: PickledTensor | OpaqueTensor,
  file: TorchFile,
  source: ByteSource,
): StoredWeight | string {
  if ('refusal' in tensor) return tensor.refusal;
  const type = torchType(tensor.type);
  if (!type) return unreadType(tensor.type);
  const bytes = file.storage(tensor.storage);
  const { shape, strides, offset, learned } = tensor;
  const sound = [...shape, ...strides, offset].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!bytes || !sound)
    throw new UserError(
      `${source.name} is damaged: tensor "${name}" has no numbers in it. Copy or save the file again.`,
    );
  return {
    type,
    shape,
    learned,
    identity: [tensor.storage, offset, shape.join('x'), strides.join('x')].join(' '),
    data: readStrided(bytes, { type, shape, strides, offset }),
  };
}

function openTorchZip(source: ByteSource): TorchFile {
  const archive = openZip(source);
  const pickle = pickleName(archive.entries.keys()) ?? '';
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (isBigEndian(archive, folder))
    throw new UserError(`${source.name} was written on a big-endian machine: save it again on another one.`);
  const { value } = readPickle(archive.open(pickle));
  return {
    root: value,
    storage(name, unchecked) {
      const record = `${folder}data/${name}`;
      return archive.entries.has(record) ? archive.open(record, undefined, unchecked) : undefined;
    },
  };
}

function isBigEndian(archive: ZipArchive, folder: string): boolean {
  const record = `${folder}byteorder`;
  return archive.entries.has(record) && readText(archive.open(record)).trim() === 'big';
}

/** Five pickles, then each storage as the number of its elements and their bytes, in the order of its list of keys. */
function openLegacy(source: ByteSource): TorchFile {
  let position = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickle(source, position);
    position = end;
    return value;
  };
  next();
  next();
  next();
  const root = next();
  const keys = next();
  if (!(keys instanceof PickleList))
    throw new UserError(
      `${source.name} is damaged: the list of its storages is missing. Copy or save it again.`,
    );
  const widths = storageWidths(root);
  const places = new Map<string, ByteSource>();
  for (const key of keys.items) {
    if (typeof key !== 'string') break;
    const view = source.read(position, 8);
    const count = Number(new DataView(view.buffer, view.byteOffset).getBigUint64(0, true));
    const width = widths.get(key);
    position += 8;
    // The width of what no tensor uses is not known, and what follows cannot be found.
    if (width === undefined) break;
    places.set(key, section(source, source.name, position, count * width));
    position += count * width;
  }
  return { root, storage: (name) => places.get(name) };
}

/** Bytes of an element of each storage that a pickle names, wherever it stands in it. */
function storageWidths(root: PickleValue): Map<string, number> {
  const widths = new Map<string, number>();
  for (const { type, key } of storagesIn(root)) {
    const width = torchType(type)?.bytes ?? (/complex64/.test(type) ? 8 : undefined);
    if (width !== undefined) widths.set(key, width);
  }
  return widths;
}
