import type { TensorPlace } from '../../formats/contents/tensor-place';

/** Elements that are read at once. */
const BLOCK = 1 << 16;
/** Of how many blocks a sample of a tensor is made at least: their scatter is the error of its figures. */
const FEWEST_BLOCKS = 8;
/** Numbers of all tensors together that are all looked at: a second's work. */
export const MOST_NUMBERS = 48 * 2 ** 20;
/** Numbers of a sample, where there are more. */
const SAMPLED = 12 * 2 ** 20;
/** Numbers of a tensor that a sample has at least, where its tensors are not too many. */
const LEAST = 4096;

/** Its multiples fill an interval evenly and never repeat. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** How many of a tensor's numbers are read. */
export interface Sample {
  /** Of all, 1 for all of them. */
  readonly share: number;
  /** That are read of any tensor, or all that it has. */
  readonly least: number;
}

/** What is read of the tensors of a file: all of ordinary files. */
export function sampleOf(tensors: readonly TensorPlace[], all: boolean): Sample {
  const numbers = tensors.reduce((sum, { count }) => sum + count, 0);
  if (all || numbers <= MOST_NUMBERS) return { share: 1, least: 0 };
  const least = Math.min(LEAST, Math.floor(SAMPLED / (4 * tensors.length)));
  return { share: (0.75 * SAMPLED) / numbers, least };
}

/** Why a tensor's numbers are not read, if so: never, or not for a sample. */
export function unreadIn({ unread, onlyWhole, count }: TensorPlace, sample: Sample): string | undefined {
  if (unread !== undefined) return unread;
  return onlyWhole !== undefined && sample.share < 1 && count > Math.max(sample.least, BLOCK)
    ? `${onlyWhole}: read with --all only`
    : undefined;
}

/**
 * A tensor's numbers in blocks: all, or blocks spread over it that make up a sample, the first and the last among them. The
 * same places for the same shape and sample.
 */
export function* blocksOf(
  place: TensorPlace,
  { share, least }: Sample,
): Generator<{ readonly from: number; readonly values: ArrayLike<number> }> {
  const { count } = place;
  const wanted = share < 1 ? Math.max(least, Math.ceil(count * share)) : count;
  // Blocks of so many would touch.
  const all = 2 * wanted >= count;
  const fewest = Math.min(FEWEST_BLOCKS, wanted);
  const blocks = all ? Math.ceil(count / BLOCK) : Math.max(Math.ceil(wanted / BLOCK), fewest);
  const length = all ? BLOCK : Math.ceil(wanted / blocks);
  const distance = (count - length) / Math.max(1, blocks - 1);
  for (let i = 0; i < blocks; i++) {
    // Even distances would see only one phase of what repeats itself, as columns do.
    const shift = i < blocks - 1 ? ((i * GOLDEN) % 1) * (distance - length) : 0;
    const from = all ? i * BLOCK : Math.floor(i * distance + shift);
    yield { from, values: place.read(from, Math.min(length, count - from)) };
  }
}
