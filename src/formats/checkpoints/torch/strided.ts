import { sizeOf } from '../../../core/size-of';
import { UserError } from '../../../core/errors';
import type { ByteSource } from '../../containers/source';
import type { TorchType } from './element-types';

/** Where a tensor's elements lie in a storage; strides and offset count elements, as PyTorch's do. */
export interface Strided {
  readonly type: TorchType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/**
 * A tensor's numbers, row-major, out of a storage in which they may lie in any order (channels last, transposed, a view,
 * repeated by a stride of 0). Only the bytes it spans are read.
 * @throws UserError when it reaches beyond its storage.
 */
export function readStrided(source: ByteSource, tensor: Strided): Float32Array | Float64Array {
  const { type, shape, strides, offset } = tensor;
  const count = sizeOf(shape);
  if (count === 0) return new Float32Array(0);
  const last = shape.reduce((end, extent, axis) => end + (extent - 1) * strides[axis], offset);
  const sound = Number.isSafeInteger(last) && offset >= 0 && strides.every((stride) => stride >= 0);
  if (!sound || (last + 1) * type.bytes > source.size)
    throw new UserError(
      `${source.name} is damaged: a tensor of ${shape.join(' x ') || 'one number'} reaches beyond its ${source.size} bytes. Copy or save the file again.`,
    );
  const span = last + 1 - offset;
  const bytes = source.read(offset * type.bytes, span * type.bytes);
  const stored = type.read(bytes.buffer as ArrayBuffer);
  return isRowMajor(tensor) ? stored : rearranged(stored, tensor, count);
}

function isRowMajor({ shape, strides }: Strided): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

function rearranged(
  stored: Float32Array | Float64Array,
  { shape, strides }: Strided,
  count: number,
): Float32Array | Float64Array {
  const out = stored instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  const position = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < count; i++) {
    out[i] = stored[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++position[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      position[axis] = 0;
    }
  }
  return out;
}
