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

/** Numbers that tensors may have beyond those that are stored: repeated ones, and views of one another. */
const MOST_BEYOND = 2 ** 26;
/** How often over all stored numbers may be read: views of all of them are many. */
const MOST_TIMES = 4;

/** Counts the numbers that the tensors of a file ask for: a few bytes may say that there are billions. */
export class ClaimedNumbers {
  private readonly storages = new Set<ByteSource>();
  private stored = 0;
  private asked = 0;

  /** @param file for the sentence. */
  constructor(readonly file: string) {}

  /**
   * So many numbers of a storage are wanted.
   * @throws UserError where they are far more than all storages hold.
   */
  take(count: number, storage: ByteSource, { bytes }: TorchType): void {
    if (!this.storages.has(storage)) this.stored += storage.size / bytes;
    this.storages.add(storage);
    this.asked += count;
    if (this.asked <= MOST_TIMES * this.stored + MOST_BEYOND) return;
    throw new UserError(
      `${this.file} asks for ${this.asked} numbers, far more than the ${Math.ceil(this.stored)} it holds: its tensors repeat a few, or overlap. Save it again with tensors of their own (tensor.clone()).`,
    );
  }
}

/**
 * A tensor's numbers, row-major, out of a storage in which they may lie in any order (channels last, transposed, a view,
 * repeated by a stride of 0). Only the bytes it spans are read.
 * @param claims of all tensors of the file.
 * @throws UserError when it reaches beyond its storage, or asks for far more numbers than there are.
 */
export function readStrided(
  source: ByteSource,
  tensor: Strided,
  claims = new ClaimedNumbers(source.name),
): Float32Array | Float64Array {
  const { type, shape, strides, offset } = tensor;
  const count = sizeOf(shape);
  if (count === 0) return new Float32Array(0);
  const last = shape.reduce((end, extent, axis) => end + (extent - 1) * strides[axis], offset);
  const sound = Number.isSafeInteger(last) && offset >= 0 && strides.every((stride) => stride >= 0);
  if (!sound || (last + 1) * type.bytes > source.size)
    throw new UserError(
      `${source.name} is damaged: a tensor of ${shape.join(' x ') || 'one number'} reaches beyond its ${source.size} bytes. Copy or save the file again.`,
    );
  claims.take(count, source, type);
  const span = last + 1 - offset;
  const bytes = source.read(offset * type.bytes, span * type.bytes);
  const stored = type.read(bytes.buffer as ArrayBuffer);
  return isRowMajor(tensor) ? stored : rearranged(stored, tensor, count);
}

/** Whether elements lie in a row, the last axis moving fastest. */
export function isRowMajor({ shape, strides }: Pick<Strided, 'shape' | 'strides'>): boolean {
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
