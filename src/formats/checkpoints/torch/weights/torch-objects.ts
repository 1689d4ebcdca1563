import { torchType } from '../element-types';
import {
  PersistentId,
  PickleDict,
  PickleList,
  PickleName,
  PickleObject,
  type PickleValue,
} from './pickle-values';

/** A tensor as a pickle describes it: where its elements lie in which storage. */
export interface PickledTensor {
  /** PyTorch's name of the type, `float32`. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  /** The storage's name in the file. */
  readonly storage: string;
  /** Bytes of the whole storage; undefined where the file does not say. */
  readonly bytes: number | undefined;
  /** Undefined where the file does not say. */
  readonly learned: boolean | undefined;
}

/** A tensor that has no numbers that could be read, with the reason. */
export interface OpaqueTensor {
  readonly refusal: string;
}

const STORAGE_TYPES: Readonly<Record<string, string>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  UntypedStorage: 'untyped',
};

const REFUSED: Readonly<Record<string, string>> = {
  _rebuild_qtensor: 'is quantized, and has no exact gradient',
  _rebuild_sparse_tensor: 'is sparse',
  _rebuild_sparse_csr_tensor: 'is sparse',
  _rebuild_nested_tensor: 'is nested',
  _rebuild_meta_tensor_no_storage: 'lies on the meta device and has no numbers',
  _rebuild_wrapper_subclass: 'is of a class of its own',
  _rebuild_xla_tensor: 'lies on an XLA device',
  _rebuild_device_tensor_from_numpy: 'lies on a device of its own',
};

/** As many axes as PyTorch has. */
const MOST_AXES = 64;

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const number = (value: PickleValue | undefined): number => (typeof value === 'number' ? value : NaN);

const numbers = (value: PickleValue | undefined): number[] | undefined => {
  const list = value instanceof PickleObject && lastPart(value.of) === 'Size' ? value.arguments_[0] : value;
  return list instanceof PickleList &&
    list.items.length <= MOST_AXES &&
    list.items.every((item) => typeof item === 'number')
    ? list.items
    : undefined;
};

/** The tensor that a value of a pickle is, or why it cannot be read; `undefined` if it is none. */
export function tensorOf(value: PickleValue): PickledTensor | OpaqueTensor | undefined {
  let learned: boolean | undefined;
  let current = value;
  // Parameters and subclasses wrap a tensor, each at most once or twice.
  for (let depth = 0; depth < 8 && current instanceof PickleObject; depth++) {
    const name = lastPart(current.of);
    const given = current.arguments_;
    if (Object.hasOwn(REFUSED, name)) return { refusal: REFUSED[name] };
    if (name === '_rebuild_parameter' || name === '_rebuild_parameter_with_state' || name === 'Parameter') {
      learned = typeof given[1] === 'boolean' ? given[1] : learned;
      current = given[0];
    } else if (name === '_rebuild_from_type_v2') {
      const [callee, , inner] = given;
      if (!(callee instanceof PickleName) || !(inner instanceof PickleList)) return undefined;
      current = new PickleObject(callee.name, inner.items);
    } else if (/^_rebuild_tensor(_v2|_v3)?$/.test(name)) return rebuilt(name, given, learned);
    else return undefined;
  }
  return undefined;
}

function rebuilt(
  name: string,
  [storage, offset, size, stride, , , dtype]: readonly PickleValue[],
  learned: boolean | undefined,
): PickledTensor | OpaqueTensor | undefined {
  const found = storageOf(storage);
  const [shape, strides] = [numbers(size), numbers(stride)];
  if (!found || !shape || !strides || shape.length !== strides.length) return undefined;
  const type =
    name === '_rebuild_tensor_v3' && dtype instanceof PickleName ? lastPart(dtype.name) : found.type;
  return { ...found, type, shape, strides, offset: number(offset), learned };
}

/** `('storage', type, key, location, count[, view])`, the last one in files of before PyTorch 1.6. */
function storageOf(value: PickleValue): Pick<PickledTensor, 'type' | 'storage' | 'bytes'> | undefined {
  if (!(value instanceof PersistentId) || !(value.id instanceof PickleList)) return undefined;
  const [kind, type, key, , count] = value.id.items;
  if (kind !== 'storage' || typeof key !== 'string' || !(type instanceof PickleName)) return undefined;
  const name = lastPart(type.name);
  const stored = Object.hasOwn(STORAGE_TYPES, name) ? STORAGE_TYPES[name] : name;
  const width = stored === 'untyped' ? 1 : torchType(stored)?.bytes;
  const bytes = width === undefined ? NaN : number(count) * width;
  return { type: stored, storage: key, bytes: Number.isSafeInteger(bytes) ? bytes : undefined };
}

/** Every storage that is named anywhere in a value, however deep. */
export function storagesIn(root: PickleValue): { readonly type: string; readonly key: string }[] {
  const found: { type: string; key: string }[] = [];
  const seen = new Set<PickleValue>();
  const stack: PickleValue[] = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    const storage = storageOf(next);
    if (storage) found.push({ type: storage.type, key: storage.storage });
    else for (const inner of insideOf(next)) stack.push(inner);
  }
  return found;
}

/** What a value holds. */
function* insideOf(value: PickleValue): Generator<PickleValue> {
  if (value instanceof PersistentId) yield value.id;
  if (value instanceof PickleList || value instanceof PickleObject) yield* value.items;
  if (value instanceof PickleDict || value instanceof PickleObject)
    for (const entry of value.entries) yield* entry;
  if (!(value instanceof PickleObject)) return;
  yield* value.arguments_;
  if (value.state !== undefined) yield value.state;
}

/** The entries of a mapping: a dictionary, or an object that is one (`OrderedDict`). */
export function entriesOf(value: PickleValue): readonly [key: PickleValue, value: PickleValue][] | undefined {
  if (value instanceof PickleDict) return value.entries;
  if (!(value instanceof PickleObject)) return undefined;
  return /(^|\.)(OrderedDict|defaultdict|Counter|dict|EasyDict|AttrDict|DictConfig)$/.test(value.of)
    ? value.entries
    : undefined;
}

type Entries = NonNullable<ReturnType<typeof entriesOf>>;

/** Mappings that were asked for a key, by their entries: a hostile file may have one mapping asked very often. */
const asked = new WeakMap<Entries, ReadonlyMap<PickleValue, PickleValue>>();

/** The value under a key of text; of several the last, as in Python. */
export function entryOf(value: PickleValue, key: string): PickleValue | undefined {
  const entries = entriesOf(value);
  if (!entries) return undefined;
  const known = asked.get(entries) ?? new Map(entries);
  asked.set(entries, known);
  return known.get(key);
}
