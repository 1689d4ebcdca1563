import type { TensorPlace } from '../../formats/contents/tensor-place';

/** Elements that are read at once. */
const BLOCK = 1 << 16;

/** Bytes of all tensors together that are looked at unless all are asked for: a second's work. */
export const MOST_BYTES = 192 * 2 ** 20;

/** Which share of every tensor is read: all of ordinary files. */
export function shareOf(tensors: readonly TensorPlace[], all: boolean): number {
  const bytes = tensors.reduce((sum, { count, width }) => sum + count * width, 0);
  return all || bytes <= MOST_BYTES ? 1 : MOST_BYTES / bytes;
}

/**
 * A tensor's numbers in blocks: all, or blocks at even distances that make up a share of it, the first and the last among
 * them. The same places for the same shape and share.
 */
export function* blocksOf(
  place: TensorPlace,
  share: number,
): Generator<{ readonly from: number; readonly values: ArrayLike<number> }> {
  const { count } = place;
  const total = Math.ceil(count / BLOCK);
  const wanted = share >= 1 ? total : Math.min(total, Math.max(2, Math.ceil(total * share)));
  for (let i = 0; i < wanted; i++) {
    const block = wanted === total ? i : Math.round((i * (total - 1)) / Math.max(1, wanted - 1));
    const from = block * BLOCK;
    yield { from, values: place.read(from, Math.min(BLOCK, count - from)) };
  }
}
