import { Readable } from 'node:stream';
import papaparse from 'papaparse';
import { throwIfCancelled, UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import type { DataRequest } from './choices';
import type { ColumnFacts } from './table';

/** What a file of text in columns holds, from one pass through it. */
export interface CsvFacts {
  readonly columns: readonly ColumnFacts[];
  readonly header: boolean;
  readonly rows: number;
  readonly notes: readonly string[];
  /** Columns that are left out of every record: pandas' own count of rows. */
  readonly skipped: number;
}

/** The most columns a row may have, and characters. */
const MOST_COLUMNS = 1_000_000;
const BLOCK = 1 << 20;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** What stands for no number where numbers stand: an error only where the cell is used. */
const MISSING = /^(|nan|na|n\/a|null|none|[+-]?inf(inity)?)$/i;
const TRUTH = /^(true|false)$/i;

/** The file's text, a block at a time. */
function* textOf(source: FileSource): Generator<string> {
  const decoder = new TextDecoder('utf-8');
  for (let at = 0; at < source.size; at += BLOCK) {
    const bytes = source.read(at, Math.min(BLOCK, source.size - at));
    const text = decoder.decode(bytes, { stream: at + BLOCK < source.size });
    if (text !== '') yield text;
  }
}

/** Reads records until `use` returns false. */
function records(
  source: FileSource,
  { signal }: DataRequest,
  use: (cells: string[], record: number) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let record = 0;
    papaparse.parse<string[], Readable>(Readable.from(textOf(source)), {
      skipEmptyLines: 'greedy',
      step({ data, errors }, parser) {
        try {
          throwIfCancelled(signal);
          const quotes = errors.find(({ type }) => type === 'Quotes');
          if (quotes)
            throw new UserError(
              `${source.name} has a quotation mark that nothing closes near row ${record}: write it again.`,
            );
          if (data.length > MOST_COLUMNS)
            throw new UserError(`${source.name} has more than ${MOST_COLUMNS} columns in a row.`);
          if (!use(data, record++)) parser.abort();
        } catch (error) {
          // Aborting ends what is awaited: what is wrong is said first.
          reject(error instanceof Error ? error : new Error(String(error)));
          parser.abort();
        }
      },
      complete: () => resolve(),
      error: (error) => reject(error),
    });
  });
}

/** Reads the rows of data, without the header, until `use` returns false. */
export async function eachRecord(
  source: FileSource,
  { header, columns, skipped }: CsvFacts,
  request: DataRequest,
  use: (cells: readonly string[], row: number) => boolean,
): Promise<void> {
  const first = header ? 1 : 0;
  await records(source, request, (cells, record) => {
    if (record < first) return true;
    if (cells.length !== columns.length + skipped)
      throw new UserError(
        `${source.name}: row ${record - first} (counted from 0${header ? ', without the header' : ''}) has ${cells.length} cells where the first has ${columns.length + skipped}: mend the file.`,
      );
    return use(skipped > 0 ? cells.slice(skipped) : cells, record - first);
  });
}

const DECIMAL_COMMA = /^[-+]?\d*,\d+(e[-+]?\d+)?$/i;

/** What the cells of a column have been so far. */
class ColumnSeen {
  numbers = 0;
  truths = 0;
  missing = 0;
  texts = 0;
  /** Of the texts, numbers with a comma before their fraction. */
  commas = 0;

  see(cell: string): void {
    const text = cell.trim();
    if (NUMBER.test(text)) this.numbers++;
    else if (MISSING.test(text)) this.missing++;
    else if (TRUTH.test(text)) this.truths++;
    else {
      this.texts++;
      if (DECIMAL_COMMA.test(text)) this.commas++;
    }
  }

  get kind(): ColumnFacts['kind'] {
    if (this.texts > 0 || (this.truths > 0 && this.numbers > 0)) return 'text';
    return this.truths > 0 ? 'truth' : 'number';
  }
}

/**
 * Looks through a file once: its columns, what their cells are, and how many rows there are.
 * @throws UserError for a file without rows, or with rows of different length
 */
export async function lookAt(source: FileSource, request: DataRequest): Promise<CsvFacts> {
  let first: string[] | undefined;
  const seen: ColumnSeen[] = [];
  let records_ = 0;
  let counted = true;
  await records(source, request, (cells) => {
    const record = records_++;
    if (first === undefined) {
      first = cells;
      cells.forEach(() => seen.push(new ColumnSeen()));
      return true;
    }
    if (cells.length !== first.length)
      throw new UserError(
        `${source.name}: line ${record} (counted from 0) has ${cells.length} cells where the first has ${first.length}: mend the file.`,
      );
    cells.forEach((cell, i) => seen[i].see(cell));
    counted &&= Number(cells[0]) === record - 1;
    return true;
  });
  if (first === undefined) throw new UserError(`${source.name} has no rows.`);
  // One line of words is a header whose rows are missing.
  const isAlone = records_ === 1 && !first.some((cell) => NUMBER.test(cell.trim()));
  const header = request.header ?? (isAlone || isHeader(first, seen));
  if (!header) first.forEach((cell, i) => seen[i].see(cell));
  // pandas writes the numbers of rows in front, under an empty name, unless it is told not to.
  const skipped = header && first.length > 1 && first[0].trim() === '' && counted ? 1 : 0;
  const names = header ? first.map((cell) => cell.trim()) : first.map((_, i) => String(i));
  const rows = records_ - (header ? 1 : 0);
  if (rows === 0) throw new UserError(`${source.name} has a header and no rows.`);
  const odd = seen.findIndex(({ texts, commas }) => texts > 0 && texts === commas);
  if (odd >= 0)
    throw new UserError(
      `${source.name} has numbers with decimal commas in its column ${names[odd]}: write them with points (pandas: read_csv(..., decimal=",").to_csv(...)).`,
    );
  return {
    columns: names.slice(skipped).map((name, i) => ({ name, kind: seen[i + skipped].kind })),
    header,
    rows,
    skipped,
    notes: notesOf(request, header, skipped),
  };
}

function notesOf({ header: stated }: DataRequest, header: boolean, skipped: number): string[] {
  return [
    ...(stated === undefined
      ? [
          header
            ? 'The first line was taken for the names of the columns.'
            : 'The file has no names of columns: they are numbered from 0.',
        ]
      : []),
    ...(skipped > 0 ? ['The first column, without a name, counts the rows and was left out.'] : []),
  ];
}

/** Names are no numbers, unless they are the columns' own places, as pandas writes them. */
function isHeader(first: readonly string[], seen: readonly ColumnSeen[]): boolean {
  const numeric = first.map((cell) => NUMBER.test(cell.trim()));
  const someNumbersBelow = seen.some(({ numbers }) => numbers > 0);
  if (!numeric.some(Boolean)) {
    const isNamed = first.every((cell) => !MISSING.test(cell.trim()) || cell.trim() === '');
    return isNamed && someNumbersBelow && !first.every((cell) => TRUTH.test(cell.trim()));
  }
  const places = first.flatMap((cell, i) => (numeric[i] ? [Number(cell)] : []));
  const consecutive = places.every((place, i) => place === i);
  return consecutive && places.length >= 3 && places.length >= first.length - 2;
}
