import { random } from '../core/random';
import type { Column } from '../lanes/columns';
import { streams } from '../core/random-streams';
import { sizeOf } from '../core/size-of';

/** Rows to train on and rows set aside, both ascending. */
export interface ValidationSplit {
  readonly rows: Int32Array;
  readonly validation: Int32Array;
}

/** `count` of the rows drawn without replacement, ascending, and the others. */
function drawn(rows: Int32Array, count: number, seed: number, stream: number): [Int32Array, Int32Array] {
  const all = rows.slice();
  const numbers = random(seed, stream);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(numbers.uniform() * (all.length - i));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return [all.slice(0, count).sort(), all.slice(count).sort()];
}

/** Sets a share of the rows aside, one at least and never all, drawn by the seed. */
export function splitValidation(rows: Int32Array, share: number | undefined, seed: number): ValidationSplit {
  if (share === undefined || rows.length < 2) return { rows, validation: new Int32Array(0) };
  const count = Math.min(rows.length - 1, Math.max(1, Math.round(rows.length * share)));
  const [validation, others] = drawn(rows, count, seed, streams.validationRows);
  return { rows: others, validation };
}

/**
 * Labels with a share of those of `rows` replaced by another class, each class as likely: exactly that share of rows,
 * drawn once by the seed. Labels are class indices, one-hot, or 0 and 1.
 */
export function noisyLabels(
  labels: Column,
  rows: Int32Array,
  { share, classes, seed }: { readonly share: number; readonly classes: number; readonly seed: number },
): { readonly labels: Column; readonly replaced: number } {
  const count = Math.round(rows.length * share);
  const [chosen] = drawn(rows, count, seed, streams.labelNoise);
  const data = Float64Array.from(labels.data);
  const width = sizeOf(labels.shape);
  const numbers = random(seed, streams.labelNoise + 1);
  for (const row of chosen) {
    const place = row * width;
    const isOneHot = width > 1;
    const old = isOneHot ? data.subarray(place, place + width).indexOf(1) : data[place];
    const other = (old + 1 + Math.floor(numbers.uniform() * (classes - 1))) % classes;
    if (isOneHot) data.fill(0, place, place + width)[place + other] = 1;
    else data[place] = other;
  }
  return { labels: { shape: labels.shape, data }, replaced: count };
}
