import { random } from '../core/random';
import { streams } from '../core/random-streams';
import { studentQuantile, studentTail } from './student';

/** Samples drawn for each size: the smallest chance that can be told is one in so many. */
const DRAWS = 40_000;
/** Of the logarithm: somewhat more skewed than the law that the 5 % are promised for (1), and so on the safe side of it. */
const SIGMA = 1.1;

const tables = new Map<number, Float64Array>();

/** |t| of so many samples of `size` lognormal values about their true mean, ascending. */
function lognormalTable(size: number): Float64Array {
  const known = tables.get(size);
  if (known) return known;
  const stream = random(size, streams.skewedReference);
  const centre = Math.exp(SIGMA ** 2 / 2);
  const table = Float64Array.from({ length: DRAWS }, () => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < size; i++) {
      const value = Math.exp(SIGMA * stream.normal()) - centre;
      sum += value;
      squares += value * value;
    }
    const mean = sum / size;
    const variance = (squares - size * mean * mean) / (size - 1);
    return Math.abs(mean) / Math.sqrt(variance / size);
  }).sort();
  tables.set(size, table);
  return table;
}

/**
 * The chance that t of `size` values is at least this far from 0 on either side when their mean is 0: the larger of that
 * for normal values (Student 1908) and that for lognormal ones. A handful of values does not show how skewed
 * their law is, and t of skewed ones is beyond Student's 5 % in one sample of six (Johnson 1978). Never 0: at least one
 * in 40,001.
 */
export function cautiousTail(t: number, size: number): number {
  const table = lognormalTable(size);
  let [low, high] = [0, table.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table[middle] < t) low = middle + 1;
    else high = middle;
  }
  return Math.max(studentTail(t, size - 1), (1 + DRAWS - low) / (1 + DRAWS));
}

/** The t that is passed on either side with probability 1 - `level`, of normal or lognormal values, whichever is larger. */
export function cautiousQuantile(level: number, size: number): number {
  const table = lognormalTable(size);
  const place = Math.min(DRAWS - 1, Math.ceil(level * (DRAWS + 1)) - 1);
  return Math.max(studentQuantile(level, size - 1), table[place]);
}
