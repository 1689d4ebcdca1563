import { UserError } from '../../core/errors';
import {
  PickleList,
  PickleName,
  PickleObject,
  type PickleValue,
} from '../checkpoints/torch/weights/pickle-values';
import { type NamedArray, arrayOf, bytesOf } from './npy';

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/**
 * The NumPy array that a value of a pickle would have become (`ndarray.__reduce__`, protocols 0 to 5); undefined where it is
 * none.
 * @throws UserError for arrays of Python's objects, and where the bytes are not as many as the shape asks for
 */
export function pickledArray(value: PickleValue, name: string, file: string): NamedArray | undefined {
  if (!(value instanceof PickleObject)) return undefined;
  const parts = lastPart(value.of) === '_frombuffer' ? fromBuffer(value) : reconstructed(value);
  if (!parts) return undefined;
  const { shape, type, fortranOrder, bytes } = parts;
  const layout = { shape, type, fortranOrder };
  if (bytes.length !== bytesOf({ name: file }, layout))
    throw new UserError(`${file} is damaged: its array ${name} has ${bytes.length} bytes. Copy it again.`);
  return arrayOf({ name: file }, layout, bytes.slice(), name);
}

interface Parts {
  readonly shape: readonly number[];
  readonly type: string;
  readonly fortranOrder: boolean;
  readonly bytes: Uint8Array;
}

/** `_reconstruct(ndarray, (0,), b'b')` and the state `(version, shape, dtype, is_fortran, bytes)`. */
function reconstructed({ of, state, arguments_ }: PickleObject): Parts | undefined {
  const [type] = arguments_;
  const isArray = type instanceof PickleName && /^numpy\.(ndarray|matrix)$/.test(type.name);
  if (!/^numpy\.(_?core)\.multiarray\._reconstruct$/.test(of) || !isArray || !(state instanceof PickleList))
    return undefined;
  const [, shape, dtype, fortran, content] = state.items;
  return parts(shape, dtype, fortran === true || fortran === 1, content);
}

/** `_frombuffer(bytes, dtype, shape, order)`, of protocol 5. */
function fromBuffer({ of, arguments_ }: PickleObject): Parts | undefined {
  if (!/^numpy\.(_?core)\.numeric\._frombuffer$/.test(of)) return undefined;
  const [content, dtype, shape, order] = arguments_;
  return parts(shape, dtype, order === 'F', content);
}

function parts(
  shape: PickleValue | undefined,
  dtype: PickleValue | undefined,
  fortranOrder: boolean,
  content: PickleValue | undefined,
): Parts | undefined {
  const type = typeOf(dtype);
  const bytes = bytesIn(content);
  if (!(shape instanceof PickleList) || type === undefined || bytes === undefined) return undefined;
  const extents = shape.items.filter(
    (extent): extent is number => Number.isSafeInteger(extent) && (extent as number) >= 0,
  );
  return extents.length === shape.items.length ? { shape: extents, type, fortranOrder, bytes } : undefined;
}

/** `dtype('u1', False, True)` with its byte order in the state. */
function typeOf(dtype: PickleValue | undefined): string | undefined {
  if (!(dtype instanceof PickleObject) || dtype.of !== 'numpy.dtype') return undefined;
  const [code] = dtype.arguments_;
  const order = dtype.state instanceof PickleList ? dtype.state.items[1] : '|';
  return typeof code === 'string' && typeof order === 'string' ? `${order}${code}` : undefined;
}

/** Bytes as they are, as text of Python 2, or as Python 3 writes them for protocol 2: `_codecs.encode(text, 'latin1')`. */
export function bytesIn(content: PickleValue | undefined): Uint8Array | undefined {
  if (content instanceof Uint8Array) return content;
  if (typeof content === 'string') return Uint8Array.from(Buffer.from(content, 'latin1'));
  if (content instanceof PickleObject && content.of === '_codecs.encode')
    return bytesIn(content.arguments_[0]);
  if (content instanceof PickleObject && /\.(bytes|bytearray)$/.test(content.of))
    return bytesIn(content.arguments_[0] ?? new Uint8Array(0));
  return undefined;
}
