import { basename, dirname, extname, join } from 'node:path';
import { visit } from 'jsonc-parser';
import { z } from 'zod';
import { sizeOf } from '../../../../core/size-of';
import { UserError } from '../../../../core/errors';
import { headOf } from '../../../containers/head';
import { parseJson, readJson } from '../../../containers/json';
import { type ByteSource, type FileSource, openFile, section } from '../../../containers/source';
import { type TorchType, torchType, unreadType } from '../element-types';
import { readStrided } from '../strided';
import type { StoredWeight, StoredWeights } from './description';
import { readTorchWeights } from './torch-file';

/** The format's own bound for its header. */
const LARGEST_HEADER = 100_000_000;

const TYPES: Readonly<Record<string, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};

/** As many as PyTorch and NumPy have. */
const MOST_AXES = 64;

const entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()).max(MOST_AXES),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const header = z.record(z.string(), z.unknown());
const metadata = z.record(z.string(), z.string());

/** Whether a file begins as a safetensors file does: eight bytes of length, then a JSON object. */
export const looksLikeSafetensors = (head: Uint8Array, size: number): boolean => {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  return length <= Math.min(LARGEST_HEADER, size - 8);
};

/**
 * Reads a safetensors file, its header held to what the format demands: every byte behind it belongs to one tensor.
 * @throws UserError for what is damaged or of a type without numbers.
 */
export function readSafetensors(source: ByteSource): StoredWeights {
  return weights(source.name, tensorsOf(source));
}

/** Tensors by name, and those whose numbers are not read. */
interface Contents {
  readonly tensors: Map<string, StoredWeight>;
  readonly unread: Map<string, string>;
}

const weights = (path: string, { tensors, unread }: Contents): StoredWeights => ({
  format: 'torch-weights',
  name: basename(path, extname(path)),
  kind: 'safetensors',
  set: '',
  tensors,
  unread,
  notes: [],
});

/** Where a tensor lies in a safetensors file, its numbers unread. */
export interface SafetensorsPlace {
  readonly name: string;
  /** As the format calls it, `BF16`. */
  readonly dtype: string;
  /** Undefined where its numbers are not read. */
  readonly type: TorchType | undefined;
  readonly shape: readonly number[];
  /** Bytes behind the header before it. */
  readonly begin: number;
  readonly bytes: ByteSource;
}

/** What the header of a safetensors file says. */
export interface SafetensorsHeader {
  readonly places: readonly SafetensorsPlace[];
  /** `__metadata__`, if it is there. */
  readonly said: unknown;
}

/**
 * Reads the header of a safetensors file, held to what the format demands: every byte behind it belongs to one tensor.
 * @throws UserError for what is damaged
 */
export function safetensorsHeader(source: ByteSource): SafetensorsHeader {
  const wrong = (what: string) =>
    new UserError(`${source.name} is no sound safetensors file: ${what}. Copy or save it again.`);
  const lead = source.read(0, 8);
  const length = Number(new DataView(lead.buffer, lead.byteOffset).getBigUint64(0, true));
  if (length > LARGEST_HEADER || length + 8 > source.size) throw wrong('its header reaches beyond its end');
  const text = utf8(source.read(8, length));
  if (text === undefined) throw wrong('its header is no UTF-8');
  const parsed = header.safeParse(parseJson(text.trimEnd(), source.name));
  if (!parsed.success) throw wrong('its header is no JSON object');
  // Only what is known to be sound and shallow: whoever looks for names recurses.
  const twice = repeatedKey(text);
  if (twice !== undefined) throw wrong(`its header names "${twice}" twice`);
  const { __metadata__: said, ...rest } = parsed.data;
  if (said !== undefined && !metadata.safeParse(said).success)
    throw wrong('its metadata are no texts by name');
  const places = Object.entries(rest).map(([name, value]) => {
    const found = entry.safeParse(value);
    if (!found.success) throw wrong(`"${name}" has no type, shape and place`);
    return { name, ...found.data };
  });
  checkCover(places, source.size - 8 - length, wrong);
  const data = section(source, source.name, 8 + length, source.size - 8 - length);
  return {
    said,
    places: places.map(({ name, dtype, shape, data_offsets: [begin, end] }) => {
      const type = Object.hasOwn(TYPES, dtype) ? torchType(TYPES[dtype]) : undefined;
      const count = sizeOf(shape);
      if (type && (!Number.isSafeInteger(count) || count * type.bytes !== end - begin))
        throw wrong(`"${name}" has ${end - begin} bytes where its shape asks for ${count * type.bytes}`);
      return { name, dtype, type, shape, begin, bytes: section(data, source.name, begin, end - begin) };
    }),
  };
}

function tensorsOf(source: ByteSource): Contents {
  const { places, said } = safetensorsHeader(source);
  const tensors = new Map<string, StoredWeight>();
  const unread = new Map<string, string>();
  for (const { name, dtype, type, shape, begin, bytes } of places) {
    if (!type) {
      unread.set(name, unreadType(dtype));
      continue;
    }
    const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
    tensors.set(name, {
      type,
      shape,
      learned: undefined,
      identity: `${source.name} ${begin} ${shape.join('x')}`,
      data: readStrided(bytes, { type, shape, strides, offset: 0 }),
    });
  }
  if (tensors.size === 0 && unread.size === 0) throw new UserError(`${source.name} holds no tensors.`);
  return { tensors: withDropped(tensors, said), unread };
}

/** Names that were dropped because they share another one's memory stand in the metadata: `{"lm_head.weight": "tok.weight"}`. */
function withDropped(tensors: Map<string, StoredWeight>, said: unknown): Map<string, StoredWeight> {
  const found = metadata.safeParse(said);
  for (const [name, other] of found.success ? Object.entries(found.data) : []) {
    const kept = tensors.get(other);
    if (kept && !tensors.has(name)) tensors.set(name, kept);
  }
  return tensors;
}

/** Every byte belongs to one tensor: no holes, no overlaps, nothing behind. */
function checkCover(
  places: readonly { readonly name: string; readonly data_offsets: readonly [number, number] }[],
  size: number,
  wrong: (what: string) => UserError,
): void {
  let at = 0;
  const order = [...places].sort(
    (a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  for (const { name, data_offsets } of order) {
    const [begin, end] = data_offsets;
    if (begin !== at || end < begin) throw wrong(`"${name}" does not begin where the tensor before it ends`);
    at = end;
  }
  if (at !== size) throw wrong(`its tensors have ${at} bytes, and the file ${size}`);
}

/** A name that stands twice in one JSON object, of which parsers silently keep the last. */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let twice: string | undefined;
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name) => {
      const names = open[open.length - 1];
      if (names.has(name)) twice ??= name;
      names.add(name);
    },
  });
  return twice;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A shard is a safetensors file, or in older folders one of `torch.save`. */
function shardOf(source: ByteSource): Pick<StoredWeights, 'tensors' | 'unread'> {
  if (looksLikeSafetensors(headOf(source), source.size)) return tensorsOf(source);
  const { tensors, unread } = readTorchWeights(source);
  const own = [...tensors].map(
    ([name, tensor]) => [name, { ...tensor, identity: `${source.name} ${tensor.identity}` }] as const,
  );
  return { tensors: new Map(own), unread };
}

const index = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Whether JSON is the list of a sharded checkpoint, `model.safetensors.index.json`. */
export const looksLikeIndex = (value: unknown): boolean => index.safeParse(value).success;

/** An index: which shard holds each tensor, and the shards. */
interface Shards {
  readonly map: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, FileSource>;
}

/**
 * Opens the shards that an index names, which lie beside it; `opened` receives their files.
 * @throws UserError for a shard elsewhere or missing
 */
export function openShards(source: FileSource, opened: FileSource[]): Shards {
  const { weight_map: map } = index.parse(readJson(source));
  const files = new Map<string, FileSource>();
  for (const file of new Set(Object.values(map))) {
    if (file !== basename(file) || file === '..' || file.includes('\\'))
      throw new UserError(
        `${source.name} names a shard outside its own folder (${file}), which is not opened.`,
      );
    const shard = openFile(join(dirname(source.name), file));
    opened.push(shard);
    files.set(file, shard);
  }
  return { map, files };
}

/**
 * Reads the shards that an index names, which lie beside it; `opened` receives their files.
 * @throws UserError for a shard elsewhere, missing, or without what the index says.
 */
export function readSafetensorsIndex(source: FileSource, opened: FileSource[]): StoredWeights {
  const { map, files } = openShards(source, opened);
  const shards = new Map([...files].map(([file, shard]) => [file, shardOf(shard)]));
  const all: Contents = { tensors: new Map(), unread: new Map() };
  for (const [name, file] of Object.entries(map)) {
    const { tensors, unread } = shards.get(file)!;
    const [tensor, reason] = [tensors.get(name), unread.get(name)];
    if (tensor) all.tensors.set(name, tensor);
    else if (reason !== undefined) all.unread.set(name, reason);
    else throw new UserError(`${source.name} says that "${name}" is in ${file}, which does not hold it.`);
  }
  return weights(source.name, all);
}
