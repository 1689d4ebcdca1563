import { parquetMetadataAsync, parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { throwIfCancelled, UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import { besideNote, testBeside, withOtherParts } from './beside';
import type { DataRequest } from './choices';
import type { DatasetSplit } from './split';
import type { DataFormat, DataPart, FoundData, OpenedData } from './format';
import { hasBytes } from '../containers/head';
import { type Cell, type ParquetFile, numberOf, readColumns, textOf, withLimits } from './parquet-cells';
import { nestedRows } from './nested-rows';
import { pictureRows } from './picture-rows';
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

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Apache Parquet (hyparquet), as pandas, polars and Hugging Face's hub write it: numbers, texts, lists, pictures. */
export const parquet: DataFormat = {
  name: 'Parquet',
  extensions: ['.parquet'],
  what: 'Parquet with any of its compressions (numbers, texts, lists of numbers, pictures as Hugging Face stores them), in several parts too',
  recognizes: ({ head }) => hasBytes(head, MAGIC),
  find({ path }): FoundData {
    const train = withOtherParts(path);
    const test = testBeside([path]);
    return {
      files: [...train, ...test],
      open: (sources, request) =>
        openParquet(sources.slice(0, train.length), sources.slice(train.length), request),
    };
  },
};

async function openParquet(
  trainSources: readonly FileSource[],
  testSources: readonly FileSource[],
  request: DataRequest,
): Promise<OpenedData> {
  const train = await footers(trainSources);
  const test = await footers(testSources);
  const path = trainSources[0].name;
  const columns = parquetSchema(train[0].metadata).children.map(factsOf);
  const notes = [
    ...(train.length > 1 ? [`The training rows are those of all ${train.length} parts of ${path}.`] : []),
    ...besideNote(testSources.map(({ name }) => name)),
  ];
  let roles: ColumnRoles;
  try {
    roles = chooseColumns(path, columns, request);
  } catch (error) {
    const tokens = columns.find(({ name, kind }) => kind === 'list' && /^(input_ids|tokens|ids)$/.test(name));
    if (!(error instanceof TargetUnknownError) || !tokens) throw error;
    return streamOf(tokens.name, { train, test, path }, request, notes);
  }
  const names = roles.target.map((i) => columns[i].name);
  const targets = await readTargets(train, columns, roles, request);
  const classes = classesOfTable(targets);
  const part = (files: readonly ParquetFile[]): DataPart => ({
    rows: rowsIn(files),
    byRow: true,
    isSlow: roles.columns.some((i) => columns[i].kind === 'picture'),
    read: (rows) => readSplit(files, { columns, roles, classes }, request, rows),
  });
  return {
    train: part(train),
    ...(test.length > 0 ? { test: part(test) } : {}),
    notes: [...notes, ...roles.notes, ...classesNote(classes, names)],
  };
}

const rowsIn = (files: readonly ParquetFile[]): number =>
  files.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0);

async function footers(sources: readonly FileSource[]): Promise<ParquetFile[]> {
  const files: ParquetFile[] = [];
  for (const source of sources) {
    let metadata: FileMetaData;
    try {
      metadata = await parquetMetadataAsync(withLimits(source));
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`${source.name} is cut off or damaged: its footer cannot be read. Copy it again.`);
    }
    checkCounts(source, metadata);
    files.push({ source, metadata });
  }
  return files;
}

/** A run of equal values takes a few bytes for any number of rows, so that claims are bounded by themselves as well. */
function checkCounts(source: FileSource, { num_rows: total, row_groups: groups }: FileMetaData): void {
  const rows = Number(total);
  const sum = groups.reduce((count, group) => count + Number(group.num_rows), 0);
  if (rows !== sum || !(rows >= 0) || rows > 1e7 + 64 * source.size)
    throw new UserError(`${source.name} is damaged: its footer claims ${rows} rows. Copy it again.`);
  if (rows === 0) throw new UserError(`${source.name} has no rows.`);
}

/** What a column holds, by the schema. */
function factsOf({ element, children }: SchemaTree): ColumnFacts {
  const { name, type, logical_type: logical, converted_type: converted } = element;
  const kind = (): ColumnFacts['kind'] => {
    if (children.length > 0) {
      if (converted === 'LIST' || logical?.type === 'LIST') return 'list';
      return children.some((child) => child.element.name === 'bytes') ? 'picture' : 'other';
    }
    if (type === 'BOOLEAN') return 'truth';
    if (type === 'BYTE_ARRAY')
      return converted === 'UTF8' || logical?.type === 'STRING' ? 'text' : logical ? 'other' : 'picture';
    if (type === 'FIXED_LEN_BYTE_ARRAY') return converted === 'DECIMAL' ? 'number' : 'other';
    return /DATE|TIME/.test(`${converted ?? ''}${logical?.type ?? ''}`) ? 'other' : 'number';
  };
  return { name, kind: kind() };
}

/** Targets alone, of all rows: which classes there are is not for the rows chosen to decide. */
async function readTargets(
  files: readonly ParquetFile[],
  columns: readonly ColumnFacts[],
  { target }: ColumnRoles,
  request: DataRequest,
): Promise<TableRows> {
  const isText = target.some((i) => columns[i].kind === 'text');
  const rows = isText ? rowsIn(files) : 0;
  const texts: string[] = [];
  if (isText) {
    const cells = await readColumns(files, [columns[target[0]].name], undefined, request);
    for (const cell of cells[0]) texts.push(textOf(cell));
  }
  return {
    rows,
    inputs: { name: '', shape: [0], data: new Uint8Array(0) },
    targets: isText ? texts : new Uint8Array(0),
  };
}

async function readSplit(
  files: readonly ParquetFile[],
  {
    columns,
    roles: { columns: inputs, target, weights },
    classes,
  }: { readonly columns: readonly ColumnFacts[]; readonly roles: ColumnRoles; readonly classes: Classes },
  request: DataRequest,
  wanted: Int32Array | undefined,
): Promise<DatasetSplit> {
  const path = files[0].source.name;
  const all = [...inputs, ...target, ...(weights === undefined ? [] : [weights])];
  const cells = await readColumns(
    files,
    all.map((i) => columns[i].name),
    wanted,
    request,
  );
  throwIfCancelled(request.signal);
  const rows = wanted?.length ?? rowsIn(files);
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
  {
    train,
    test,
    path,
  }: { readonly train: readonly ParquetFile[]; readonly test: readonly ParquetFile[]; readonly path: string },
  request: DataRequest,
  notes: readonly string[],
): Promise<OpenedData> {
  const ids = async (files: readonly ParquetFile[]) => {
    const [cells] = await readColumns(files, [column], undefined, request);
    return Float64Array.from(
      cells.flatMap((cell, row) =>
        (Array.isArray(cell) ? cell : []).map((item) => numberOf(item, column, path, row)),
      ),
    );
  };
  const opened = await openTokens(
    { path, train: await ids(train), ...(test.length > 0 ? { test: await ids(test) } : {}) },
    request,
  );
  return { ...opened, notes: [...notes, ...opened.notes] };
}
