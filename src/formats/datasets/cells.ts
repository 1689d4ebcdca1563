import { UserError } from '../../core/errors';

/** What a cell of a table is. */
export type Cell =
  null | undefined | boolean | number | bigint | string | Uint8Array | Cell[] | { readonly bytes?: Cell };

/**
 * A cell as a number.
 * @throws UserError that names column and row, for anything else
 */
export function numberOf(cell: Cell, column: string, path: string, row: number): number {
  const value =
    typeof cell === 'bigint' || typeof cell === 'boolean' || typeof cell === 'number' ? Number(cell) : NaN;
  if (Number.isFinite(value) && (typeof cell !== 'bigint' || Number.isSafeInteger(value))) return value;
  throw new UserError(
    `${path}: column ${column} ${cell === null || cell === undefined ? 'is empty' : `holds ${textOf(cell).slice(0, 40)}`} in row ${row} (counted from 0); clean the data first.`,
  );
}

/** A cell as text, as a class is named by it. */
export const textOf = (cell: Cell): string =>
  typeof cell === 'object' ? JSON.stringify(cell) : cell === undefined ? '' : String(cell);
