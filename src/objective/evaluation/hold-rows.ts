import { throwIfCancelled } from '../../core/errors';
import type { HeldChunk, LanePool } from '../../lanes/pool';
import { inputPort } from '../../lanes/ports';
import type { Split } from '../data/split';
import { cut } from './chunks';
import { type Feeding, chunkValues } from './feeds';
import { padded } from './row-values';

/** Rows of a split under the name by which lanes hold their chunks. */
export interface HeldRows {
  readonly name: string;
  readonly split: Split;
  readonly rows: Int32Array;
  /** Other first inputs than the data's, [rows, ...] in one vector. */
  readonly inputs?: Float64Array;
}

const FIRST = inputPort(0);

/**
 * Hands rows to the lanes in chunks of `chunkRows`, the last of which is filled up.
 * @throws CancelledError
 */
export async function holdRows(
  pool: LanePool,
  options: Feeding & { readonly signal?: AbortSignal | undefined },
  chunkRows: number,
  { name, split, rows, inputs }: HeldRows,
): Promise<HeldChunk[]> {
  const { chunks } = cut(rows.length, chunkRows);
  const held: HeldChunk[] = [];
  for (let i = 0; i < chunks; i++) {
    throwIfCancelled(options.signal);
    const [from, to] = [i * chunkRows, Math.min((i + 1) * chunkRows, rows.length)];
    const key = `${name}/${i}`;
    await pool.holdChunk(i, key, () => {
      const { values, bytes } = chunkValues(options, split, rows.subarray(from, to), chunkRows);
      if (!inputs) return { values, bytes };
      const { [FIRST]: _, ...others } = bytes;
      const first = padded(inputs, inputs.length / rows.length, { from, to, count: chunkRows });
      return { values: { ...values, [FIRST]: first }, bytes: others };
    });
    held.push({ key, validRows: to - from });
  }
  return held;
}
