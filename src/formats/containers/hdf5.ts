import type { Metadata } from 'h5wasm';
import { UserError } from '../../core/errors';
import { isTimeout, withinTime, withinWork } from '../deadline';
import { floatsOf, widenBfloat16, widenFloat16 } from '../widened-numbers';
import { type Hdf5Library, type Hdf5Module, loadHdf5 } from './hdf5-module';
import type { ByteSource } from './source';
import { sizeOf } from '../../core/size-of';

/** A group of an HDF5 file. Names may be paths (`a/b`); what is not there is `undefined`, never an error. */
export interface Hdf5Group {
  readonly path: string;
  /** Names of the groups and data sets inside, in the file's order. */
  names(): string[];
  group(name: string): Hdf5Group | undefined;
  /** A text attribute. */
  text(attribute: string): string | undefined;
  /** An attribute that is a list of texts; an empty list of any type counts. */
  texts(attribute: string): string[] | undefined;
  /**
   * A data set of numbers, row-major: float64 is kept, everything else comes as float32 (float16 and bfloat16 widened)
   * or, for integers, float64.
   * @throws UserError when it is no array of numbers, larger than the file can hold, or cannot be read.
   */
  numbers(name: string): { shape: number[]; data: Float32Array | Float64Array } | undefined;
  /** What a data set of numbers is, its numbers unread; undefined for what is none. */
  described(name: string): { shape: number[]; type: string; width: number } | undefined;
}

/** The first bytes of an HDF5 file. */
export const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const OPAQUE = 5;
/** Deflate's largest expansion, for the claims of compressed data sets. */
const LARGEST_RATIO = 1032;
const LARGEST_ATTRIBUTE = 64 * 2 ** 20;
const LARGEST_DATASET = 2 ** 33;
/**
 * Processor time that a file may take: some damage sends the library into an endless loop, which nothing inside can end.
 * More is allowed for every call that came to its end and for the bytes read, so that a large file is not taken for one.
 */
const BASE_MILLISECONDS = 4000;
const MILLISECONDS_PER_CALL = 1;
const BYTES_PER_MILLISECOND = 2000;
/** Data sets go through the library's memory in blocks of rows of about this size. */
const BLOCK_BYTES = 32 * 2 ** 20;

/**
 * Opens an HDF5 file for the time of `use`, without copying it: the library reads what it needs from the source.
 * @param use may be called again, where a busy machine let the first attempt run into its limit.
 * @throws UserError when it is no HDF5 file or a damaged one.
 */
export async function readHdf5<Result>(
  source: ByteSource,
  use: (root: Hdf5Group) => Result,
): Promise<Result> {
  try {
    return await withinWork(
      (limit) => {
        const progress = new Progress();
        return { allowed: () => progress.allowed, run: () => attempt(source, use, progress, limit) };
      },
      BASE_MILLISECONDS + source.size / BYTES_PER_MILLISECOND,
    );
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new UserError(
      `${source.name} is damaged: reading it does not come to an end. Copy or save the file again.`,
    );
  }
}

/** What was got out of a file up to now, and the time that this may take. */
class Progress {
  private calls = 0;
  private bytes = 0;
  /** Bytes of the file that data sets have claimed. */
  claimed = 0;

  called(): void {
    this.calls++;
  }

  read(bytes: number): void {
    this.bytes += bytes;
  }

  get allowed(): number {
    return BASE_MILLISECONDS + this.calls * MILLISECONDS_PER_CALL + this.bytes / BYTES_PER_MILLISECOND;
  }
}

async function attempt<Result>(
  source: ByteSource,
  use: (root: Hdf5Group) => Result,
  progress: Progress,
  limit: number,
): Promise<Result> {
  const library = await loadHdf5();
  const { module } = library;
  const counted = countedSource(source);
  const { path, unmount } = library.mount(counted);
  const call = <Value>(action: () => Value) => guarded(library, source, progress, action);
  try {
    return withinTime(limit, () => {
      const id = call(() => module.open(path, module.H5F_ACC_RDONLY, false));
      if (id < 0n) throw damaged(source);
      try {
        return use(group({ module, source: counted, id, call, progress, listed: new Map() }, '/'));
      } finally {
        call(() => module.close_file(id));
      }
    });
  } catch (error) {
    if (isTimeout(error)) library.abandon();
    throw error;
  } finally {
    unmount();
  }
}

/** A source that counts the bytes that were read from it. */
interface CountedSource extends ByteSource {
  readonly taken: number;
}

function countedSource(source: ByteSource): CountedSource {
  let taken = 0;
  return {
    name: source.name,
    size: source.size,
    read: (position, length) => source.read(position, length),
    readInto(target, position) {
      const count = source.readInto(target, position);
      taken += count;
      return count;
    },
    get taken() {
      return taken;
    },
  };
}

interface Context {
  readonly module: Hdf5Module;
  readonly source: CountedSource;
  readonly id: bigint;
  /** Runs calls of the library, whose own errors are traps and texts without a meaning to the person. */
  call<Result>(action: () => Result): Result;
  readonly progress: Progress;
  /** The names in each group that was asked for them, so that a file is walked in time linear in its layers. */
  readonly listed: Map<string, ReadonlySet<string>>;
}

function guarded<Result>(
  library: Hdf5Library,
  source: ByteSource,
  progress: Progress,
  action: () => Result,
): Result {
  try {
    const result = action();
    progress.called();
    return result;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const isOutOfMemory = library.isOutOfMemory();
    library.abandon();
    throw isOutOfMemory ? tooLarge(source) : damaged(source);
  }
}

function tooLarge(source: ByteSource): UserError {
  return new UserError(
    `${source.name} is damaged: it asks for far more memory than its ${source.size} bytes can fill. Copy or save the file again.`,
  );
}

function damaged(source: ByteSource): UserError {
  return new UserError(
    `${source.name} is damaged: the HDF5 library cannot read it. Copy or save the file again.`,
  );
}

const join = (path: string, name: string) => (path === '/' ? `/${name}` : `${path}/${name}`);

function group(context: Context, path: string): Hdf5Group {
  const { module, call } = context;
  return {
    path,
    names: () => call(() => [...namesIn(context, path)]),
    group: (name) =>
      call(() =>
        typeOf(context, path, name) === module.H5G_GROUP ? group(context, join(path, name)) : undefined,
      ),
    text: (name) => call(() => readTexts(context, path, name)?.[0]),
    texts: (name) => call(() => readTexts(context, path, name)),
    numbers: (name) =>
      call(() =>
        typeOf(context, path, name) === module.H5G_DATASET
          ? readNumbers(context, join(path, name))
          : undefined,
      ),
    described: (name) =>
      call(() =>
        typeOf(context, path, name) === module.H5G_DATASET ? describe(context, join(path, name)) : undefined,
      ),
  };
}

/** Asked part by part: for a path with a missing middle the library has an error, not an answer. */
function typeOf(context: Context, path: string, name: string): number | undefined {
  const { module, id } = context;
  let parent = path;
  for (const part of name.split('/')) {
    if (!namesIn(context, parent).has(part)) return undefined;
    parent = join(parent, part);
    if (module.get_type(id, parent) === module.H5G_DATASET)
      return join(path, name) === parent ? module.H5G_DATASET : undefined;
  }
  return module.get_type(id, parent);
}

function namesIn({ module, id, listed }: Context, path: string): ReadonlySet<string> {
  const names = listed.get(path) ?? new Set(module.get_names(id, path, false));
  listed.set(path, names);
  return names;
}

/** A text attribute of fixed or variable length as a list; undefined when it is missing or no text. */
function readTexts({ module, source, id }: Context, path: string, name: string): string[] | undefined {
  if (!module.get_attribute_names(id, path).includes(name)) return undefined;
  const { type, shape, size, total_size: count, vlen } = module.get_attribute_metadata(id, path, name);
  if (count === 0) return [];
  if (type !== STRING || shape === null) return undefined;
  const bytes = size * count;
  if (!(bytes <= Math.min(LARGEST_ATTRIBUTE, source.size))) throw damaged(source);
  const pointer = allocate(module, source, bytes);
  try {
    if (module.get_attribute_data(id, path, name, BigInt(pointer)) < 0) throw damaged(source);
    const held = module.HEAPU8.slice(pointer, pointer + bytes);
    if (!vlen)
      return Array.from({ length: count }, (_, index) =>
        decodeText(held.subarray(index * size, (index + 1) * size)),
      );
    const texts = Array.from(new Uint32Array(held.buffer), (address) => module.UTF8ToString(address));
    module.reclaim_vlen_memory(id, path, name, BigInt(pointer));
    return texts;
  } finally {
    module._free(pointer);
  }
}

function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function allocate(module: Hdf5Module, source: ByteSource, bytes: number): number {
  const pointer = module._malloc(Math.max(1, bytes));
  if (pointer === 0) throw damaged(source);
  return pointer;
}

function readNumbers(context: Context, path: string) {
  const { module, source, id } = context;
  const metadata = module.get_dataset_metadata(id, path);
  const bytes = readBytes(context, path, metadata);
  const data = decode(bytes, metadata);
  if (!data) {
    throw new UserError(
      `${source.name}: ${path} is not an array of numbers that Landscape reads; save it as float32.`,
    );
  }
  return { shape: metadata.shape ?? [], data };
}

function describe({ module, id }: Context, path: string) {
  const { shape, type, size, signed } = module.get_dataset_metadata(id, path);
  const kind = type === FLOAT ? 'float' : type === OPAQUE ? 'bfloat' : signed ? 'int' : 'uint';
  if (shape === null || ![INTEGER, FLOAT, OPAQUE].includes(type)) return undefined;
  return { shape, type: `${kind}${8 * size}`, width: size };
}

/** A data set's bytes, little-endian, block by block so that the library never holds the whole. */
function readBytes(context: Context, path: string, metadata: Metadata): Uint8Array {
  const { module, source, id, progress } = context;
  const { shape, size, chunks, total_size: count, vlen, virtual_sources } = metadata;
  const total = count * size;
  const isCompressed = module.get_dataset_filters(id, path).length > 0;
  const isSound = shape !== null && count === sizeOf(shape);
  if (!isSound || vlen || virtual_sources || !(total <= LARGEST_DATASET)) throw damaged(source);
  // All together: a hostile file may name the same bytes a thousand times.
  progress.claimed += total / (isCompressed ? LARGEST_RATIO : 1);
  if (progress.claimed > source.size) throw damaged(source);
  const out = new Uint8Array(total);
  if (total === 0) return out;
  const before = source.taken;
  const rows = shape[0] ?? 1;
  const rowBytes = total / rows;
  const blockRows = Math.min(rows, Math.max(1, Math.floor(BLOCK_BYTES / rowBytes)));
  const pointer = allocate(module, source, blockRows * rowBytes);
  try {
    for (let row = 0; row < rows; row += blockRows) {
      const taken = Math.min(blockRows, rows - row);
      const isWhole = taken === rows;
      const extent = isWhole ? null : [taken, ...shape.slice(1)].map(BigInt);
      const offset = isWhole ? null : shape.map((_, axis) => BigInt(axis === 0 ? row : 0));
      const stride = isWhole ? null : shape.map(() => 1n);
      if (module.get_dataset_data(id, path, extent, offset, stride, BigInt(pointer)) < 0)
        throw damaged(source);
      out.set(module.HEAPU8.subarray(pointer, pointer + taken * rowBytes), row * rowBytes);
    }
  } finally {
    module._free(pointer);
  }
  progress.read(total);
  const isMissing = source.taken - before < (isCompressed ? 1 : total);
  // Small data sets without chunks may lie in their header, which was read before: then their numbers are no fill value.
  if (isMissing && (chunks || isRepeated(out, size))) throw unwritten(source, path);
  return out;
}

/** What the library gives for numbers that are not in the file is one value over and over. */
function isRepeated(bytes: Uint8Array, size: number): boolean {
  return bytes.every((byte, i) => byte === bytes[i % size]);
}

const unwritten = (source: ByteSource, path: string): UserError =>
  new UserError(
    `${source.name}: the numbers of ${path} were never written, only their place set aside: save the model again.`,
  );

function decode(
  { buffer }: Uint8Array,
  { type, size, signed }: Metadata,
): Float32Array | Float64Array | undefined {
  if (type === FLOAT && size === 4) return new Float32Array(buffer);
  if (type === FLOAT && size === 8) return new Float64Array(buffer);
  if (type === FLOAT && size === 2) return widenFloat16(new Uint16Array(buffer));
  // HDF5 has no bfloat16: Keras writes NumPy's two opaque bytes.
  if (type === OPAQUE && size === 2) return widenBfloat16(new Uint16Array(buffer));
  if (type !== INTEGER) return undefined;
  if (size === 8) return floatsOf(new BigInt64Array(buffer));
  if (size === 4) return Float64Array.from(signed ? new Int32Array(buffer) : new Uint32Array(buffer));
  if (size === 2) return Float64Array.from(signed ? new Int16Array(buffer) : new Uint16Array(buffer));
  return size === 1 ? Float64Array.from(signed ? new Int8Array(buffer) : new Uint8Array(buffer)) : undefined;
}
