import { sizeOf } from '../../../core/size-of';
import { onnx } from '../../../onnx/generated/onnx';
import { UserError } from '../../../core/errors';
import { openBeside } from '../../beside';
import { floatsOf, widenBfloat16, widenFloat16 } from '../../widened-numbers';
import { type ByteSource, type FileSource, section } from '../../containers/source';
import type { ElementType, OnnxTensor } from './description';

const { DataType } = onnx.TensorProto;

/** How numbers of one type are stored. */
export interface TensorStorage {
  readonly type: ElementType;
  readonly bytes: number;
  /** From the bytes as they lie in the file, little-endian. */
  raw(buffer: ArrayBuffer): Float32Array | Float64Array;
  /** From the field for this type, where the writer chose that. */
  listed(tensor: onnx.TensorProto.$Properties): ArrayLike<number | { toString(): string }>;
}

const small = (tensor: onnx.TensorProto.$Properties) => tensor.int32Data ?? [];
const wide = (tensor: onnx.TensorProto.$Properties) => tensor.int64Data ?? [];
const unsigned = (tensor: onnx.TensorProto.$Properties) => tensor.uint64Data ?? [];
const integers = (values: ArrayLike<number>) => Float64Array.from(values);

/** How each type of numbers is stored. */
const STORAGE: ReadonlyMap<number, TensorStorage> = new Map<number, TensorStorage>([
  [
    DataType.FLOAT,
    { type: 'float', bytes: 4, raw: (b) => new Float32Array(b), listed: (t) => t.floatData ?? [] },
  ],
  [
    DataType.DOUBLE,
    { type: 'float', bytes: 8, raw: (b) => new Float64Array(b), listed: (t) => t.doubleData ?? [] },
  ],
  [
    DataType.FLOAT16,
    { type: 'float', bytes: 2, raw: (b) => widenFloat16(new Uint16Array(b)), listed: small },
  ],
  [
    DataType.BFLOAT16,
    { type: 'float', bytes: 2, raw: (b) => widenBfloat16(new Uint16Array(b)), listed: small },
  ],
  [DataType.INT64, { type: 'integer', bytes: 8, raw: (b) => floatsOf(new BigInt64Array(b)), listed: wide }],
  [DataType.INT32, { type: 'integer', bytes: 4, raw: (b) => integers(new Int32Array(b)), listed: small }],
  [DataType.INT16, { type: 'integer', bytes: 2, raw: (b) => integers(new Int16Array(b)), listed: small }],
  [DataType.INT8, { type: 'integer', bytes: 1, raw: (b) => integers(new Int8Array(b)), listed: small }],
  [DataType.UINT8, { type: 'integer', bytes: 1, raw: (b) => integers(new Uint8Array(b)), listed: small }],
  [DataType.UINT16, { type: 'integer', bytes: 2, raw: (b) => integers(new Uint16Array(b)), listed: small }],
  [
    DataType.UINT32,
    { type: 'integer', bytes: 4, raw: (b) => integers(new Uint32Array(b)), listed: unsigned },
  ],
  [
    DataType.UINT64,
    { type: 'integer', bytes: 8, raw: (b) => floatsOf(new BigUint64Array(b)), listed: unsigned },
  ],
  [DataType.BOOL, { type: 'boolean', bytes: 1, raw: (b) => integers(new Uint8Array(b)), listed: small }],
]);

/** What the elements of a type are; undefined for words, complex numbers and the like. */
export const elementType = (dataType: number): ElementType | undefined => STORAGE.get(dataType)?.type;

/** The number behind a protobuf integer of 64 bits; beyond 2^53 the nearest one. */
export const toNumber = (value: number | { toString(): string } | null | undefined): number =>
  typeof value === 'number' ? value : value ? Number(value.toString()) : 0;

/** A tensor before its numbers are read. */
export interface TensorLayout {
  readonly name: string;
  /** The type by ONNX's name. */
  readonly stored: string;
  readonly shape: readonly number[];
  readonly storage: TensorStorage;
}

/** How often the files beside a model may be read over: a few bytes may name the same gigabyte many times. */
const MOST_TIMES = 4;

/** Reads tensors out of a model's messages, and out of the files beside it that they name. */
export class TensorReader {
  private readonly files = new Map<string, FileSource>();
  /** Bytes of the files beside the model, and those that its tensors ask for. */
  private beside = 0;
  private asked = 0;

  /** @param opened receives the files beside the model; the caller closes them. */
  constructor(
    private readonly source: FileSource,
    private readonly opened: FileSource[],
  ) {}

  /**
   * What a tensor is, its numbers unread.
   * @throws UserError for a type without numbers or an impossible shape
   */
  layoutOf(tensor: onnx.TensorProto.$Properties): TensorLayout {
    const name = tensor.name ?? '';
    const stored = DataType[tensor.dataType ?? 0] ?? `type ${tensor.dataType}`;
    const storage = STORAGE.get(tensor.dataType ?? 0);
    if (!storage) throw this.wrong(name, `holds ${stored}, which is not a type of numbers that is read`);
    const shape = (tensor.dims ?? []).map(toNumber);
    if (shape.some((extent) => !Number.isSafeInteger(extent) || extent < 0))
      throw this.wrong(name, `has the impossible shape [${shape.join(', ')}]`);
    return { name, stored, shape, storage };
  }

  /**
   * @throws UserError for a type without numbers, a size that does not fit, or a file that is missing or elsewhere.
   */
  read(tensor: onnx.TensorProto.$Properties): OnnxTensor {
    const { name, stored, shape, storage } = this.layoutOf(tensor);
    return { name, type: storage.type, stored, shape, data: this.data(tensor, storage, shape, name) };
  }

  private data(
    tensor: onnx.TensorProto.$Properties,
    storage: TensorStorage,
    shape: readonly number[],
    name: string,
  ): Float32Array | Float64Array {
    const count = sizeOf(shape);
    const external = tensor.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL;
    const raw = external
      ? this.external(tensor, count * storage.bytes, name).read(0, count * storage.bytes)
      : (tensor.rawData ?? new Uint8Array());
    const listed = raw.length === 0 ? storage.listed(tensor) : [];
    const found = raw.length === 0 ? listed.length : raw.length / storage.bytes;
    if (found !== count)
      throw this.wrong(name, `has ${found} numbers where its shape [${shape.join(', ')}] asks for ${count}`);
    // A copy has its own, aligned buffer and lets go of the rest of the file.
    if (raw.length > 0) return storage.raw(raw.slice().buffer);
    if (storage.bytes === 2 && storage.type === 'float')
      return storage.raw(Uint16Array.from(listed, toNumber).buffer);
    return tensor.dataType === DataType.FLOAT
      ? Float32Array.from(listed, toNumber)
      : Float64Array.from(listed, toNumber);
  }

  /** The place of a tensor's bytes in a file that must lie in the model's folder or below. Throws as {@link read}. */
  external(tensor: onnx.TensorProto.$Properties, bytes: number, name: string): ByteSource {
    const entries = new Map((tensor.externalData ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
    const location = entries.get('location') ?? '';
    if (!location) throw this.wrong(name, 'lies in another file, but none is named');
    const known = this.files.get(location);
    const file = known ?? openBeside(this.source, location, 'a data file');
    if (!known) {
      this.files.set(location, file);
      this.opened.push(file);
      this.beside += file.size;
    }
    const offset = Number(entries.get('offset') || 0);
    const length = entries.has('length') ? Number(entries.get('length')) : bytes;
    if (length !== bytes)
      throw this.wrong(name, `has ${length} bytes in ${location} where its shape asks for ${bytes}`);
    this.asked += Math.min(length, file.size);
    if (this.asked > MOST_TIMES * this.beside)
      throw this.wrong(name, `and others lie over one another in ${location}: export the model again`);
    return section(file, file.name, offset, length);
  }

  private wrong(name: string, what: string): UserError {
    return new UserError(`${this.source.name}: tensor "${name}" ${what}.`);
  }
}
