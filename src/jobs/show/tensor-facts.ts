import type { SampledFigure, ShownHistogram, TensorFacts } from '../../contract/contents';
import type { TensorPlace } from '../../formats/contents/tensor-place';
import { type Sample, blocksOf } from './blocks';

/** Sums over one block. */
interface BlockSums {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

/** Goes once over a tensor's numbers, or over a sample of them. */
export function factsOf(place: TensorPlace, sample: Sample): TensorFacts {
  const blocks: BlockSums[] = [];
  let [least, most, zeros, nan, infinite, seen] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (const { values } of blocksOf(place, sample)) {
    let [sum, squares, count] = [0, 0, 0];
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) {
        if (Number.isNaN(value)) nan++;
        else infinite++;
        continue;
      }
      count++;
      sum += value;
      squares += value * value;
      if (value === 0) zeros++;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    seen += values.length;
    blocks.push({ count, sum, squares });
  }
  const whole = seen === place.count;
  const square = meanOf(blocks, ({ squares }) => squares, whole);
  // Of the finite numbers, as many as there are among those looked at.
  const finite = seen > 0 ? (place.count * (seen - nan - infinite)) / seen : 0;
  const norm = Math.sqrt(Math.max(0, square.value) * finite);
  return {
    seen,
    mean: meanOf(blocks, ({ sum }) => sum, whole),
    // d sqrt(x n) = n dx / (2 sqrt(x n))
    norm: { value: norm, standardError: norm > 0 ? (finite * square.standardError) / (2 * norm) : 0 },
    least: seen > nan + infinite ? least : NaN,
    most: seen > nan + infinite ? most : NaN,
    zeros: seen > 0 ? zeros / seen : 0,
    nan,
    infinite,
  };
}

/** A mean over numbers of which whole blocks were read: its error is that over blocks, which are not alike. */
function meanOf(
  blocks: readonly BlockSums[],
  of: (block: BlockSums) => number,
  whole: boolean,
): SampledFigure {
  const count = blocks.reduce((sum, block) => sum + block.count, 0);
  if (count === 0) return { value: 0, standardError: 0 };
  const value = blocks.reduce((sum, block) => sum + of(block), 0) / count;
  if (whole || blocks.length < 2) return { value, standardError: 0 };
  const residuals = blocks.reduce((sum, block) => sum + (of(block) - value * block.count) ** 2, 0);
  const n = blocks.length;
  return { value, standardError: Math.sqrt((residuals * n) / (n - 1)) / count };
}

const BINS = 40;

/** Counts of a tensor's finite numbers between its extremes. */
export function histogramOf(
  place: TensorPlace,
  { least, most }: TensorFacts,
  sample: Sample,
): ShownHistogram {
  const width = most > least ? (most - least) / BINS : 1;
  const counts = new Array<number>(BINS).fill(0);
  let seen = 0;
  for (const { values } of blocksOf(place, sample))
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      seen++;
      counts[Math.min(BINS - 1, Math.max(0, Math.floor((values[i] - least) / width)))]++;
    }
  return {
    tensor: place.name,
    edges: Array.from({ length: BINS + 1 }, (_, i) => least + i * width),
    counts,
    seen,
  };
}
