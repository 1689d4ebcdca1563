import { throwIfCancelled, UserError } from '../../core/errors';
import { type Cell, numberOf, textOf } from './cells';
import type { DataRequest } from './choices';
import type { DataPart, OpenedData } from './format';
import { nestedRows } from './nested-rows';
import { pictureRows } from './picture-rows';
import type { DatasetSplit } from './split';
import {
  type Classes,
  type ColumnFacts,
  type ColumnRoles,
  TargetUnknownError,
  type TableRows,
  asBytes,
  chooseColumns,
  classesNote,
  classesOfTable,
  compact,
  splitOf,
} from './table';
import { openTokens } from './tokens';

/** Rows of a table whose columns are read one by one. */
export interface CellTable {
  /** As messages name it. */
  readonly path: string;
  readonly rows: number;
  /** Some columns, each as its cells, of the rows wanted (ascending) or of all. */
  read(names: readonly string[], wanted: Int32Array | undefined, request: DataRequest): Promise<Cell[][]>;
}

/** A table of training rows, and one of test rows with the same columns, which may have no rows. */
export interface TablePair {
  readonly path: string;
  readonly columns: readonly ColumnFacts[];
  readonly train: CellTable;
  readonly test: CellTable;
}

/**
 * A table whose cells may be numbers, texts, lists and pictures, as rows of a data set.
 * @param notes of what was inferred already.
 * @throws UserError as {@link chooseColumns}, and for cells that are no numbers
 */
export async function openCells(
  { path, columns, train, test }: TablePair,
  request: DataRequest,
  notes: readonly string[],
): Promise<OpenedData> {
  let roles: ColumnRoles;
  try {
    roles = chooseColumns(path, columns, request);
  } catch (error) {
    const tokens = columns.find(({ name, kind }) => kind === 'list' && /^(input_ids|tokens|ids)$/.test(name));
    if (!(error instanceof TargetUnknownError) || !tokens) throw error;
    return streamOf(tokens.name, { path, train, test }, request, notes);
  }
  const names = roles.target.map((i) => columns[i].name);
  const targets = await readTargets(train, columns, roles, request);
  const classes = classesOfTable(targets);
  const part = (table: CellTable): DataPart => ({
    rows: table.rows,
    byRow: true,
    isSlow: roles.columns.some((i) => columns[i].kind === 'picture'),
    read: (rows) => readSplit(table, { columns, roles, classes }, request, rows),
    labels: async () =>
      (await readSplit(table, { columns, roles: { ...roles, columns: [] }, classes }, request, undefined))
        .labels,
  });
  return {
    train: part(train),
    ...(test.rows > 0 ? { test: part(test) } : {}),
    notes: [...notes, ...roles.notes, ...classesNote(classes, names)],
  };
}

/** Targets alone, of all rows: which classes there are is not for the rows chosen to decide. */
async function readTargets(
  table: CellTable,
  columns: readonly ColumnFacts[],
  { target }: ColumnRoles,
  request: DataRequest,
): Promise<TableRows> {
  const isText = target.some((i) => columns[i].kind === 'text');
  const rows = isText ? table.rows : 0;
  const texts: string[] = [];
  if (isText) {
    const cells = await table.read([columns[target[0]].name], undefined, request);
    for (const cell of cells[0]) texts.push(textOf(cell));
  }
  return {
    rows,
    inputs: { name: '', shape: [0], data: new Uint8Array(0) },
    targets: isText ? texts : new Uint8Array(0),
  };
}

async function readSplit(
  source: CellTable,
  {
    columns,
    roles: { columns: inputs, target, weights },
    classes,
  }: { readonly columns: readonly ColumnFacts[]; readonly roles: ColumnRoles; readonly classes: Classes },
  request: DataRequest,
  wanted: Int32Array | undefined,
): Promise<DatasetSplit> {
  const { path } = source;
  const all = [...inputs, ...target, ...(weights === undefined ? [] : [weights])];
  const cells = await source.read(
    all.map((i) => columns[i].name),
    wanted,
    request,
  );
  throwIfCancelled(request.signal);
  const rows = wanted?.length ?? source.rows;
  const of = (i: number) => cells[all.indexOf(i)];
  const isText = target.some((i) => columns[i].kind === 'text');
  const table: TableRows = {
    rows,
    inputs: await inputRows(inputs, { columns, of, path }, request, rows),
    targets: isText ? of(target[0]).map(textOf) : numbersOf(target, { columns, of, path }, rows, compact),
    ...(weights === undefined
      ? {}
      : { weights: numbersOf([weights], { columns, of, path }, rows, (values) => values) }),
  };
  const names = target.map((i) => columns[i].name);
  if (target.length === 1 && columns[target[0]].kind === 'list') {
    const labels = nestedRows(of(target[0]), names[0], path);
    return { rows, inputs: [table.inputs], labels };
  }
  return splitOf(table, names, classes, path);
}

/** The columns of a table and the cells of each, read from a file. */
interface Cells {
  readonly columns: readonly ColumnFacts[];
  readonly of: (i: number) => Cell[];
  readonly path: string;
}

/** One column of pictures or of lists, or columns of numbers side by side. */
async function inputRows(
  inputs: readonly number[],
  { columns, of, path }: Cells,
  request: DataRequest,
  rows: number,
): Promise<DatasetSplit['inputs'][number]> {
  if (inputs.length === 0) return { name: '', shape: [rows, 0], data: new Uint8Array(0) };
  const [first] = inputs;
  const { kind, name } = columns[first];
  if (inputs.length === 1 && kind === 'picture') {
    const cells = of(first);
    const encoded = (row: number) => ({
      bytes: bytesOf(cells[row], path, row),
      name: `${path} (row ${row})`,
    });
    return pictureRows(rows, encoded, path, request);
  }
  if (inputs.length === 1 && kind === 'list') return nestedRows(of(first), name, path);
  const odd = inputs.find((i) => columns[i].kind === 'picture' || columns[i].kind === 'list');
  if (odd !== undefined)
    throw new UserError(
      `${path} has ${columns[odd].name} among its inputs, which is a column of ${columns[odd].kind}s: name it alone by "columns" in landscape.json (--columns ${columns[odd].name}).`,
    );
  return {
    name: `x (${inputs.length} columns)`,
    shape: [rows, inputs.length],
    data: numbersOf(inputs, { columns, of, path }, rows, asBytes),
  };
}

function bytesOf(cell: Cell, path: string, row: number): Uint8Array {
  const bytes =
    cell instanceof Uint8Array
      ? cell
      : cell && typeof cell === 'object' && 'bytes' in cell
        ? cell.bytes
        : null;
  if (bytes instanceof Uint8Array) return bytes;
  throw new UserError(`${path} has no picture in row ${row}: its bytes lie in another file.`);
}

function numbersOf<Out>(
  places: readonly number[],
  { columns, of, path }: Cells,
  rows: number,
  as: (values: Float64Array) => Out,
): Out {
  const out = new Float64Array(rows * places.length);
  places.forEach((place, i) => {
    const cells = of(place);
    for (let row = 0; row < rows; row++)
      out[row * places.length + i] = numberOf(cells[row], columns[place].name, path, row);
  });
  return as(out);
}

/** Lists of token ids without labels: one stream. */
async function streamOf(
  column: string,
  { train, test, path }: Omit<TablePair, 'columns'>,
  request: DataRequest,
  notes: readonly string[],
): Promise<OpenedData> {
  const ids = async (table: CellTable) => {
    const [cells] = await table.read([column], undefined, request);
    return Float64Array.from(
      cells.flatMap((cell, row) =>
        (Array.isArray(cell) ? cell : []).map((item) => numberOf(item, column, path, row)),
      ),
    );
  };
  const opened = await openTokens(
    { path, train: await ids(train), ...(test.rows > 0 ? { test: await ids(test) } : {}) },
    request,
  );
  return { ...opened, notes: [...notes, ...opened.notes] };
}
