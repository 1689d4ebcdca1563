import { sizeOf } from '../../core/size-of';
import { UserError } from '../../core/errors';
import type { NamedArray } from './npy';
import { type Cell, numberOf } from './cells';
import { asBytes, compact } from './table';

/** Extents of nested lists, by the first of each. */
function shapeOf(cell: Cell): number[] {
  const shape: number[] = [];
  for (let at: Cell = cell; Array.isArray(at) || ArrayBuffer.isView(at); at = listOf(at)[0])
    shape.push(listOf(at).length);
  return shape;
}

const listOf = (cell: Cell): Cell[] =>
  Array.isArray(cell) ? cell : ArrayBuffer.isView(cell) ? Array.from(cell) : [];

/**
 * Rows of nested lists of numbers as one array.
 * @throws UserError where two rows have different lengths
 */
export function nestedRows(cells: readonly Cell[], name: string, path: string): NamedArray {
  const shape = shapeOf(cells[0]);
  const width = sizeOf(shape);
  const out = new Float64Array(cells.length * width);
  let at = 0;
  const fill = (cell: Cell, depth: number, row: number): void => {
    if (depth === shape.length) {
      out[at++] = numberOf(cell, name, path, row);
      return;
    }
    const items = listOf(cell);
    if (items.length !== shape[depth])
      throw new UserError(
        `${path}: ${name} has ${items.length} numbers in row ${row} and ${shape[depth]} in the first: pad or cut its rows to one length.`,
      );
    for (const item of items) fill(item, depth + 1, row);
  };
  cells.forEach((cell, row) => fill(cell, 0, row));
  const bytes = asBytes(out);
  return {
    name,
    shape: [cells.length, ...shape],
    data: bytes instanceof Uint8Array ? bytes : compact(bytes),
  };
}
