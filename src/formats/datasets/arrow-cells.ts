import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../core/errors';
import type { DataRequest } from './choices';
import { BatchReader } from './arrow-columns';
import { type ArrowBatch, type ArrowFile, damaged } from './arrow-messages';
import type { Cell } from './cells';

/** Rows in all batches. */
export const rowsIn = ({ batches }: ArrowFile): number => batches.reduce((sum, { rows }) => sum + rows, 0);

/**
 * Some columns of Arrow files, each as its cells, of the rows wanted (ascending) or of all: a batch at a time, of which only
 * the columns asked for are read.
 * @throws UserError for damaged files
 */
export async function readColumns(
  files: readonly ArrowFile[],
  names: readonly string[],
  wanted: Int32Array | undefined,
  { signal }: DataRequest,
): Promise<Cell[][]> {
  const found = names.map((): Cell[] => []);
  let [start, at] = [0, 0];
  for (const file of files)
    for (const batch of file.batches) {
      throwIfCancelled(signal);
      const from = at;
      while (wanted && at < wanted.length && wanted[at] < start + batch.rows) at++;
      const places = wanted
        ? wanted.subarray(from, at).map((row) => row - start)
        : Int32Array.from({ length: batch.rows }, (_, i) => i);
      if (places.length > 0) {
        takeCells({ file, batch }, names, places, found);
        await setImmediate();
      }
      start += batch.rows;
    }
  return found;
}

function takeCells(
  { file, batch }: { readonly file: ArrowFile; readonly batch: ArrowBatch },
  names: readonly string[],
  places: Int32Array,
  found: readonly Cell[][],
): void {
  try {
    new BatchReader(file, batch).columns(names).forEach((values, i) => {
      for (const place of places) {
        const cell = values(place);
        found[i].push(kept(cell));
      }
    });
  } catch (error) {
    if (error instanceof RangeError) throw damaged(file.source);
    throw error;
  }
}

/** What lies in the batch's memory is copied, so that it can be let go. */
function kept(cell: Cell): Cell {
  if (cell instanceof Uint8Array) return Uint8Array.from(cell);
  if (cell && typeof cell === 'object' && 'bytes' in cell) return { bytes: kept(cell.bytes) };
  return cell;
}
