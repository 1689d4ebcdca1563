import { extname } from 'node:path';
import { UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import { besideNote, testBeside } from './beside';
import type { DataRequest } from './choices';
import { type CsvFacts, eachRecord, lookAt } from './csv-records';
import type { DatasetSplit } from './split';
import type { Candidate, DataFormat, OpenedData } from './format';
import {
  type Classes,
  type ColumnRoles,
  type TableRows,
  asBytes,
  chooseColumns,
  classesNote,
  classesOfTable,
  compact,
  splitOf,
} from './table';

/** Text with columns: one row a line. */
export const csv: DataFormat = {
  name: 'CSV',
  extensions: ['.csv', '.tsv'],
  what: 'CSV and TSV, with or without a header, whose columns are chosen by `target` and `columns`; texts of a target become classes',
  recognizes: looksLikeTable,
  find({ path }) {
    const test = testBeside([path]);
    return { files: [path, ...test], open: (sources, request) => openCsv(sources, request) };
  },
};

/** By its name, or text in which the first lines have equally many of one delimiter. */
function looksLikeTable({ path, head, isFolder, size }: Candidate): boolean {
  if (isFolder || head.includes(0)) return false;
  if (['.csv', '.tsv'].includes(extname(path).toLowerCase())) return true;
  const lines = new TextDecoder('latin1').decode(head).split(/\r?\n/).slice(0, 5);
  const whole = lines.slice(0, size > head.length ? -1 : undefined).filter((line) => line !== '');
  return [',', '\t', ';'].some((mark) => {
    const counts = whole.map((line) => line.split(mark).length);
    return whole.length > 1 && counts[0] > 1 && counts.every((count) => count === counts[0]);
  });
}

/** A file of the data with what its cells are. */
interface CsvFile {
  readonly source: FileSource;
  readonly facts: CsvFacts;
}

async function openCsv(sources: readonly FileSource[], request: DataRequest): Promise<OpenedData> {
  const files: CsvFile[] = [];
  for (const source of sources) files.push({ source, facts: await lookAt(source, request) });
  const [train, test] = files;
  const roles = chooseColumns(train.source.name, train.facts.columns, request);
  if (test) checkSame(train, test);
  const names = roles.target.map((i) => train.facts.columns[i].name);
  // The classes are those of all training rows, whichever of them are read; numbers need no such pass over the file.
  const classes = isTextIn(train, roles)
    ? classesOfTable(await readRows(train, roles, request, { wanted: undefined, targetsOnly: true }))
    : undefined;
  const part = (file: CsvFile) => ({
    rows: file.facts.rows,
    byRow: true,
    labels: async () =>
      splitOf(
        await readRows(file, roles, request, { wanted: undefined, targetsOnly: true }),
        names,
        classes,
        file.source.name,
      ).labels,
    read: (rows?: Int32Array): Promise<DatasetSplit> =>
      readSplit(file, { roles, names, classes }, request, rows),
  });
  return {
    train: part(train),
    ...(test ? { test: part(test) } : {}),
    notes: [
      ...train.facts.notes,
      ...roles.notes,
      ...classesNote(classes, names),
      ...besideNote(sources.slice(1).map(({ name }) => name)),
    ],
  };
}

function checkSame(train: CsvFile, test: CsvFile): void {
  const [a, b] = [train, test].map(({ facts }) => facts.columns.map(({ name }) => name).join('\n'));
  if (a !== b)
    throw new UserError(
      `${test.source.name} has other columns than ${train.source.name}: the two must agree, or be called otherwise.`,
    );
}

async function readSplit(
  file: CsvFile,
  {
    roles,
    names,
    classes,
  }: { readonly roles: ColumnRoles; readonly names: readonly string[]; readonly classes: Classes },
  request: DataRequest,
  rows: Int32Array | undefined,
): Promise<DatasetSplit> {
  return splitOf(
    await readRows(file, roles, request, { wanted: rows, targetsOnly: false }),
    names,
    classes,
    file.source.name,
  );
}

/** Whether the target is text in a file. */
const isTextIn = ({ facts }: Pick<CsvFile, 'facts'>, { target }: ColumnRoles): boolean =>
  target.some((i) => facts.columns[i].kind === 'text');

/** The cells of the columns chosen; `targetsOnly` leaves the inputs out. */
async function readRows(
  { source, facts }: CsvFile,
  roles: ColumnRoles,
  request: DataRequest,
  { wanted, targetsOnly }: { readonly wanted: Int32Array | undefined; readonly targetsOnly: boolean },
): Promise<TableRows> {
  const rows = wanted?.length ?? facts.rows;
  const { target, weights } = roles;
  const columns = targetsOnly ? [] : roles.columns;
  const isText = isTextIn({ facts }, roles);
  if (isText && target.length > 1)
    throw new UserError(`${source.name}: a target of several columns must be numbers in all of them.`);
  const inputs = new Float64Array(rows * columns.length);
  const texts: string[] = [];
  const numbers = new Float64Array(isText ? 0 : rows * target.length);
  const weightOf = new Float64Array(weights === undefined ? 0 : rows);
  let at = 0;
  await eachRecord(source, facts, request, (cells, row) => {
    if (wanted && wanted[at] !== row) return at < rows;
    const number = (column: number) => numberIn(cells[column], source.name, facts, { column, row });
    columns.forEach((column, i) => (inputs[at * columns.length + i] = number(column)));
    if (isText) texts.push(cells[target[0]]);
    else target.forEach((column, i) => (numbers[at * target.length + i] = number(column)));
    if (weights !== undefined) weightOf[at] = number(weights);
    at++;
    return at < rows;
  });
  return {
    rows,
    inputs: {
      name: `x (${columns.length} columns)`,
      shape: [rows, columns.length],
      data: asBytes(inputs),
    },
    targets: isText ? texts : compact(numbers),
    ...(weights === undefined ? {} : { weights: weightOf }),
  };
}

function numberIn(
  text: string,
  path: string,
  facts: CsvFacts,
  { column, row }: { readonly column: number; readonly row: number },
): number {
  const trimmed = text.trim();
  const value = /^(true|false)$/i.test(trimmed) ? (/^t/i.test(trimmed) ? 1 : 0) : Number(trimmed);
  if (trimmed !== '' && Number.isFinite(value)) return value;
  throw new UserError(
    `${path}: column ${facts.columns[column].name} ${trimmed === '' ? 'is empty' : `holds ${trimmed}`} in row ${row} (counted from 0${facts.header ? ', without the header' : ''}); clean the data first.`,
  );
}
