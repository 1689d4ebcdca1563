import { floatsOf, widenBfloat16, widenFloat16 } from '../../widened-numbers';
import type { ElementType } from '../onnx/description';

/** How PyTorch stores numbers of one type. */
export interface TorchType {
  /** PyTorch's name, `float32`. */
  readonly name: string;
  readonly type: ElementType;
  readonly bytes: number;
  /** From little-endian bytes; integers beyond 2^53 become the nearest float. */
  read(buffer: ArrayBuffer): Float32Array | Float64Array;
}

const integers = (values: ArrayLike<number>) => Float64Array.from(values);

const TYPES: readonly TorchType[] = [
  { name: 'uint8', type: 'integer', bytes: 1, read: (b) => integers(new Uint8Array(b)) },
  { name: 'int8', type: 'integer', bytes: 1, read: (b) => integers(new Int8Array(b)) },
  { name: 'int16', type: 'integer', bytes: 2, read: (b) => integers(new Int16Array(b)) },
  { name: 'int32', type: 'integer', bytes: 4, read: (b) => integers(new Int32Array(b)) },
  { name: 'int64', type: 'integer', bytes: 8, read: (b) => floatsOf(new BigInt64Array(b)) },
  { name: 'float16', type: 'float', bytes: 2, read: (b) => widenFloat16(new Uint16Array(b)) },
  { name: 'float32', type: 'float', bytes: 4, read: (b) => new Float32Array(b) },
  { name: 'float64', type: 'float', bytes: 8, read: (b) => new Float64Array(b) },
  { name: 'bool', type: 'boolean', bytes: 1, read: (b) => integers(new Uint8Array(b)) },
  { name: 'bfloat16', type: 'float', bytes: 2, read: (b) => widenBfloat16(new Uint16Array(b)) },
  { name: 'uint16', type: 'integer', bytes: 2, read: (b) => integers(new Uint16Array(b)) },
  { name: 'uint32', type: 'integer', bytes: 4, read: (b) => integers(new Uint32Array(b)) },
  { name: 'uint64', type: 'integer', bytes: 8, read: (b) => floatsOf(new BigUint64Array(b)) },
];

const byName = new Map(TYPES.map((type) => [type.name, type]));

/** A type by PyTorch's name of it, `bfloat16`; undefined for complex numbers, 8-bit floats and quantized ones. */
export const torchType = (name: string): TorchType | undefined => byName.get(name);

/** What a tensor is that holds numbers of a type unknown here. */
export const unreadType = (name: string): string =>
  `holds ${name}, which is not a type of numbers that is read`;

/** The numbers by which exported programs name types (`torch/_export/serde/schema.py`, ScalarType). */
const SCALAR_TYPES: Readonly<Record<number, string>> = {
  1: 'uint8',
  2: 'int8',
  3: 'int16',
  4: 'int32',
  5: 'int64',
  6: 'float16',
  7: 'float32',
  8: 'float64',
  9: 'complex32',
  10: 'complex64',
  11: 'complex128',
  12: 'bool',
  13: 'bfloat16',
  28: 'uint16',
  29: 'float8_e4m3fn',
  30: 'float8_e5m2',
  31: 'float8_e4m3fnuz',
  32: 'float8_e5m2fnuz',
  34: 'uint32',
  35: 'uint64',
};

/** PyTorch's name of a type in an exported program. */
export const scalarTypeName = (code: number): string => SCALAR_TYPES[code] ?? `type ${code}`;
