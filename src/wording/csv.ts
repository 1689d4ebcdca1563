/** Rows of cells under the names of their columns. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** The table as CSV (RFC 4180): numbers with all their digits, a quoted cell where it needs one. */
export function toCsv({ columns, rows }: CsvTable): string {
  return [columns, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('');
}

/** A leading character that a spreadsheet would run as a formula is kept as text; names come from checkpoints. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
