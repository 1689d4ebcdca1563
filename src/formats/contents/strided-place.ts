import { UserError } from '../../core/errors';
import { sizeOf } from '../../core/size-of';
import { torchType, unreadType } from '../checkpoints/torch/element-types';
import { type ClaimedNumbers, isRowMajor, readStrided } from '../checkpoints/torch/strided';
import type { ByteSource } from '../containers/source';
import type { TensorPlace } from './tensor-place';

/** A tensor of PyTorch as a file describes it; strides and offset count elements. An extent that is left open is null. */
interface LyingTensor {
  /** PyTorch's name of the type. */
  readonly type: string;
  readonly shape: readonly (number | null)[];
  readonly strides: readonly (number | null)[];
  readonly offset: number | null;
  /** Its storage; undefined where it is missing. */
  bytes(): ByteSource | undefined;
}

/** A tensor whose numbers are not read, and why. */
export const refusedPlace = (name: string, unread: string, type = '?'): TensorPlace => ({
  ...{ name, type, unread, shape: [], count: 0, width: 0, isFloat: false, outputsLast: false },
  read: () => [],
});

/** Elements that lie in a row. */
export function elements(
  bytes: ByteSource,
  typeName: string,
  from: number,
  count: number,
): ArrayLike<number> {
  const type = torchType(typeName)!;
  return type.read(bytes.read(from * type.bytes, count * type.bytes).buffer as ArrayBuffer);
}

/**
 * A tensor of PyTorch in its storage, read in place where its elements lie in a row.
 * @param claims of all tensors of the file.
 */
export function stridedPlace(name: string, tensor: LyingTensor, claims: ClaimedNumbers): TensorPlace {
  const type = torchType(tensor.type);
  if (!type) return refusedPlace(name, unreadType(tensor.type), tensor.type);
  const numbers = [...tensor.shape, ...tensor.strides, tensor.offset];
  if (!numbers.every((value) => Number.isSafeInteger(value) && value! >= 0))
    return refusedPlace(name, 'has a shape or strides that are no whole numbers', tensor.type);
  const [shape, strides] = [tensor.shape, tensor.strides] as number[][];
  const offset = tensor.offset!;
  const isDense = isRowMajor({ shape, strides });
  let opened: ByteSource | undefined;
  const storage = (): ByteSource => {
    const bytes = (opened ??= tensor.bytes());
    if (bytes) return bytes;
    throw new UserError(`Tensor "${name}" has no numbers in the file, which is damaged: copy it again.`);
  };
  let whole: ArrayLike<number> | undefined;
  return {
    ...{
      name,
      type: type.name,
      isFloat: type.type === 'float',
      shape,
      count: sizeOf(shape),
      width: type.bytes,
    },
    outputsLast: false,
    ...(isDense ? {} : { onlyWhole: 'is a view whose numbers lie in another order' }),
    read(from, length) {
      if (isDense) return elements(storage(), type.name, offset + from, length);
      const all = (whole ??= readStrided(storage(), { type, shape, strides, offset }, claims));
      return Array.prototype.slice.call(all, from, from + length) as number[];
    },
  };
}
