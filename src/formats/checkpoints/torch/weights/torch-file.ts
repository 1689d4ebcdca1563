import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/errors';
import { LARGEST_JSON, readText } from '../../../containers/json';
import { type ByteSource, section } from '../../../containers/source';
import { type ZipArchive, openZip } from '../../../containers/zip';
import { torchType, unreadType } from '../element-types';
import { moduleTree } from '../modules/tree';
import { ClaimedNumbers, readStrided } from '../strided';
import type { StoredWeight, StoredWeights } from './description';
import { BuiltMemory } from './built-memory';
import { hyperParametersOf } from './hyper-parameters';
import { LARGEST_PICKLE, readPickle } from './pickle';
import { PickleList, type PickleValue } from './pickle-values';
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

/** The pickle in a zip of `torch.save` or of TorchScript; of several, nobody knows which PyTorch would take. */
const pickleNames = (names: Iterable<string>): string[] =>
  [...names].filter((name) => /^[^/]+\/data\.pkl$/.test(name));

/** Whether a zip archive is one of `torch.save`; one that is damaged is not. */
export function looksLikeTorchZip(source: ByteSource): boolean {
  try {
    return pickleNames(openZip(source).entries.keys()).length > 0;
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
  const reader = new WeightReader(file, source);
  for (const [name, tensor] of set.tensors) {
    const read = reader.read(name, tensor);
    if (typeof read === 'string') unread.set(name, read);
    else tensors.set(name, read);
  }
  const floats = new Set(
    [...tensors.values()].filter(({ type }) => type.type === 'float').map(({ data }) => data),
  );
  if (floats.size === 0 && unread.size > 0) {
    const [[name, reason]] = unread;
    throw new UserError(`${source.name} cannot be measured: tensor "${name}" ${reason}.`);
  }
  if ([...floats].every((data) => data.every((x) => x === 0)))
    throw new UserError(
      `${source.name} holds zeros only: it was written without its numbers (skip_data), which must be filled in first.`,
    );
  // Layers of quantized models keep a scale and a zero point beside packed weights, which are no tensors.
  const named = [...tensors].filter(([, { type }]) => type.type === 'float').map(([name]) => name);
  if (
    tensors.has(named[0].replace(/scale$/, 'zero_point')) &&
    named.every((name) => /(^|\.)scale$/.test(name))
  )
    throw new UserError(
      `${source.name} holds a quantized model, which has no exact gradient: give the weights from before it was quantized.`,
    );
  const module = set.module && moduleTree(set.module);
  return {
    format: 'torch-weights',
    name: basename(source.name, extname(source.name)),
    kind: 'PyTorch weights',
    set: set.path,
    tensors,
    unread,
    notes,
    hyperParameters: hyperParametersOf(file.root),
    ...(module ? { module } : {}),
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

/** Reads tensors, each place in a storage once, however many names it has. */
class WeightReader {
  private readonly known = new Map<string, StoredWeight>();
  private readonly claims: ClaimedNumbers;

  constructor(
    private readonly file: TorchFile,
    private readonly source: ByteSource,
  ) {
    this.claims = new ClaimedNumbers(source.name);
  }

  /** A tensor, or why its numbers are not read. */
  read(name: string, tensor: PickledTensor | OpaqueTensor): StoredWeight | string {
    if ('refusal' in tensor) return tensor.refusal;
    const type = torchType(tensor.type);
    if (!type) return unreadType(tensor.type);
    const { shape, strides, offset, learned } = tensor;
    const identity = [tensor.storage, offset, shape.join('x'), strides.join('x')].join(' ');
    const key = `${identity} ${type.name} ${learned}`;
    const known = this.known.get(key);
    if (known) return known;
    const storage = soundStorage(this.file, tensor);
    if (!storage)
      throw new UserError(
        `${this.source.name} is damaged: tensor "${name}" has no numbers in it. Copy or save the file again.`,
      );
    const data = readStrided(storage, { type, shape, strides, offset }, this.claims);
    const weight = { type, shape, learned, identity, data };
    this.known.set(key, weight);
    return weight;
  }
}

/** The storage of a tensor; undefined where there is none of the length that the pickle says, or no such tensor in it. */
export function soundStorage(file: TorchFile, tensor: PickledTensor): ByteSource | undefined {
  const { shape, strides, offset } = tensor;
  const sound = [...shape, ...strides, offset].every((value) => Number.isSafeInteger(value) && value >= 0);
  const storage = sound ? file.storage(tensor.storage) : undefined;
  return storage && (tensor.bytes ?? storage.size) === storage.size ? storage : undefined;
}

function openTorchZip(source: ByteSource): TorchFile {
  const archive = openZip(source);
  const [pickle = '', ...more] = pickleNames(archive.entries.keys());
  if (more.length > 0)
    throw new UserError(
      `${source.name} holds several pickles (${pickle}, ${more[0]}), as torch.save writes no file: save it again.`,
    );
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (isBigEndian(archive, folder))
    throw new UserError(`${source.name} was written on a big-endian machine: save it again on another one.`);
  const { value } = readPickle(archive.open(pickle, LARGEST_PICKLE));
  const opened = new Map<string, ByteSource>();
  return {
    root: value,
    storage(name, unchecked) {
      const record = `${folder}data/${name}`;
      if (!archive.entries.has(record)) return undefined;
      const storage = opened.get(record) ?? archive.open(record, undefined, unchecked);
      opened.set(record, storage);
      return storage;
    },
  };
}

function isBigEndian(archive: ZipArchive, folder: string): boolean {
  const record = `${folder}byteorder`;
  return archive.entries.has(record) && readText(archive.open(record, LARGEST_JSON)).trim() === 'big';
}

/** Five pickles, then each storage as the number of its elements and their bytes, in the order of its list of keys. */
function openLegacy(source: ByteSource): TorchFile {
  let position = 0;
  const built = new BuiltMemory(source.name, LARGEST_PICKLE);
  const next = (): PickleValue => {
    const { value, end } = readPickle(source, { start: position, built });
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
