import { UserError } from '../../core/errors';
import { widenFloat16 } from '../widened-numbers';
import type { ByteSource } from '../containers/source';
import { sizeOf } from '../../core/size-of';

/** The kinds of numbers an array may keep: what the file has, except that float16 and 64-bit integers are converted. */
export type Numbers =
  Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

/** An array of a data file, row-major (C order). */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Numbers;
}

const LARGEST_HEADER = 1 << 20;
const LARGEST_ARRAY = 2 ** 32;
const MOST_DIMENSIONS = 32;

/**
 * Reads one `.npy` array (format versions 1 to 3; Harris et al. 2020, NEP 1): floats of 2, 4 and 8 bytes, integers of 1
 * to 8, booleans, either byte order, C or Fortran order. Booleans become 0 and 1; 64-bit integers become `Int32Array`
 * where they fit and `Float64Array` where a float64 holds them exactly.
 * @throws UserError for a damaged file, an array of Python objects or text, or integers beyond 2^53.
 */
export function readNpy(source: ByteSource, name: string): NamedArray {
  const header = readHeader(source);
  const size = bytesOf(source, header);
  if (size !== source.size - header.end) {
    throw new UserError(
      `${source.name} is cut off or damaged: its header promises ${size} bytes of numbers and ${source.size - header.end} follow. Save it again.`,
    );
  }
  return arrayOf(source, header, source.read(header.end, size), name);
}

/** How an array's numbers lie in memory. */
export interface Layout {
  /** As NumPy writes it: `<f4`, `|u1`. */
  readonly type: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/**
 * The bytes that an array takes.
 * @throws UserError for types without numbers, and for claims beyond what is read
 */
export function bytesOf(source: Pick<ByteSource, 'name'>, { type, shape }: Layout): number {
  const count = sizeOf(shape);
  const { size } = parseType(source, type);
  if (shape.length > MOST_DIMENSIONS || !(count * size <= LARGEST_ARRAY))
    throw new UserError(`${source.name} claims an array of shape (${shape.join(', ')}), which is too large.`);
  return count * size;
}

/** An array out of bytes of its own, which are taken over: exactly as many as {@link bytesOf} says. */
export function arrayOf(
  source: Pick<ByteSource, 'name'>,
  { type, fortranOrder, shape }: Layout,
  bytes: Uint8Array,
  name: string,
): NamedArray {
  const { kind, size, littleEndian } = parseType(source, type);
  if (!littleEndian) swapBytes(bytes, size);
  const data = decode(source, bytes, kind, size);
  return { name, shape, data: fortranOrder ? toRowMajor(data, shape) : data };
}

export interface Header extends Layout {
  readonly end: number;
}

/** The header alone: what kind of array it is, and where its numbers begin. Throws as {@link readNpy}. */
export function readHeader(source: ByteSource): Header {
  const start = source.size >= 12 ? source.read(0, 12) : new Uint8Array(12);
  const view = new DataView(start.buffer);
  const version = start[6];
  if (new TextDecoder('latin1').decode(start.subarray(1, 6)) !== 'NUMPY' || version < 1 || version > 3) {
    throw new UserError(
      `${source.name} is not a NumPy array (.npy): save it with numpy.save or numpy.savez.`,
    );
  }
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const begin = version === 1 ? 10 : 12;
  if (length > LARGEST_HEADER)
    throw new UserError(`${source.name} is damaged: its header is too long. Save it again.`);
  const text = new TextDecoder().decode(source.read(begin, length));
  const type = /'descr':\s*(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(text);
  if (type?.[2]) {
    throw new UserError(`${source.name} is an array of records: save its columns as arrays of numbers.`);
  }
  if (!type || !order || !shape)
    throw new UserError(`${source.name} is damaged: its header cannot be read. Save it again.`);
  return {
    type: type[1],
    fortranOrder: order[1] === 'True',
    shape: shape[1].split(',').flatMap((part) => (part.trim() ? [Number(part)] : [])),
    end: begin + length,
  };
}

/** Elements of an array from a place on, in the order in which they lie. Throws as {@link readNpy}. */
export function elementsOf(
  source: ByteSource,
  { type, end }: Header,
  { from, length }: { readonly from: number; readonly length: number },
): Numbers {
  const { size } = parseType(source, type);
  const bytes = source.read(end + from * size, length * size);
  return arrayOf(source, { type, fortranOrder: false, shape: [length] }, bytes, '').data;
}

type Kind = 'f' | 'i' | 'u' | 'b';

interface ElementLayout {
  readonly kind: Kind;
  /** Bytes. */
  readonly size: number;
  readonly littleEndian: boolean;
}

function parseType(source: Pick<ByteSource, 'name'>, type: string): ElementLayout {
  const layout = layoutOf(type);
  if (layout) return layout;
  if (/^.?O/.test(type))
    throw new UserError(
      `${source.name} is an array of Python objects, which only Python can read: save arrays of numbers of one type.`,
    );
  throw new UserError(
    `${source.name} has elements of type ${type}: convert it to floats or integers and save it again.`,
  );
}

/** How numbers of a type lie, as NumPy writes it; undefined for what is no type of numbers that is read. */
export function layoutOf(type: string): ElementLayout | undefined {
  const parts = /^([<>|=])([a-zA-Z])(\d+)?/.exec(type);
  const [, order, kind] = parts ?? [];
  const size = Number(parts?.[3]);
  const known =
    (kind === 'f' && (size === 2 || size === 4 || size === 8)) ||
    ((kind === 'i' || kind === 'u') && (size === 1 || size === 2 || size === 4 || size === 8)) ||
    (kind === 'b' && size === 1);
  return known ? { kind, size, littleEndian: order !== '>' } : undefined;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

function decode(source: Pick<ByteSource, 'name'>, bytes: Uint8Array, kind: Kind, size: number): Numbers {
  const { buffer } = bytes;
  if (kind === 'f') {
    if (size === 2) return widenFloat16(new Uint16Array(buffer));
    return size === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
  }
  if (size === 8)
    return narrow(source, kind === 'i' ? new BigInt64Array(buffer) : new BigUint64Array(buffer));
  if (kind === 'i') {
    return size === 1 ? new Int8Array(buffer) : size === 2 ? new Int16Array(buffer) : new Int32Array(buffer);
  }
  return size === 1 ? bytes : size === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
}

/** 64-bit integers as the smallest type that holds them all. */
function narrow(
  source: Pick<ByteSource, 'name'>,
  values: BigInt64Array | BigUint64Array,
): Int32Array | Float64Array {
  const wide = new Float64Array(values.length);
  let fitsInt32 = true;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isSafeInteger(value)) {
      throw new UserError(
        `${source.name} holds integers beyond 2^53 (element ${i}): convert it to floats or smaller integers.`,
      );
    }
    fitsInt32 &&= value === (value | 0);
    wide[i] = value;
  }
  return fitsInt32 ? Int32Array.from(wide) : wide;
}

function toRowMajor(data: Numbers, shape: readonly number[]): Numbers {
  const out = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  const strides: number[] = [];
  shape.reduce((stride, size) => (strides.push(stride), stride * size), 1);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
