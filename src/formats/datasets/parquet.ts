import { parquetMetadataAsync, parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { UserError } from '../../core/errors';
import { hasBytes } from '../containers/head';
import type { FileSource } from '../containers/source';
import { besideNote, testBeside, withOtherParts } from './beside';
import { type CellTable, openCells } from './cell-table';
import type { DataRequest } from './choices';
import type { DataFormat, FoundData, OpenedData } from './format';
import { type ParquetFile, readColumns, withLimits } from './parquet-cells';
import type { ColumnFacts } from './table';

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
  const table = (files: readonly ParquetFile[]): CellTable => ({
    path: files[0]?.source.name ?? path,
    rows: rowsIn(files),
    read: (names, wanted, asked) => readColumns(files, names, wanted, asked),
  });
  return openCells({ path, columns, train: table(train), test: table(test) }, request, notes);
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
    if (type === 'FIXED_LEN_BYTE_ARRAY')
      return converted === 'DECIMAL' || logical?.type === 'FLOAT16' ? 'number' : 'other';
    return /DATE|TIME/.test(`${converted ?? ''}${logical?.type ?? ''}`) ? 'other' : 'number';
  };
  return { name, kind: kind() };
}
