import { type AsyncBuffer, type Compressors, type FileMetaData, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { throwIfCancelled, UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import type { Cell } from './cells';
import type { DataRequest } from './choices';

/** One file with what its footer says. */
export interface ParquetFile {
  readonly source: FileSource;
  readonly metadata: FileMetaData;
}

/** What one page may unpack to, and one column of a group of rows. */
const LARGEST_PAGE = 2 ** 29;
const LARGEST_COLUMN = 2 ** 32;

/** A file as the reader takes it: only what it asks for is read. */
export const withLimits = (source: FileSource): AsyncBuffer => ({
  byteLength: source.size,
  slice: (start, end = source.size) => {
    const bytes = source.read(start, end - start);
    return bytes.buffer as ArrayBuffer;
  },
});

/** The decompressors, none of which unpacks what a hostile header claims. */
const bounded: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([name, unpack]) => [
    name,
    (input: Uint8Array, length: number) => {
      if (length > LARGEST_PAGE) throw new Error(`a page claims ${length} bytes`);
      return unpack(input, length);
    },
  ]),
);

/**
 * Some columns of a table, each as its cells, of the rows wanted (ascending) or of all: a group of rows at a time, of which
 * only the columns asked for are read.
 * @throws UserError for damaged files
 */
export async function readColumns(
  files: readonly ParquetFile[],
  names: readonly string[],
  wanted: Int32Array | undefined,
  { signal }: DataRequest,
): Promise<Cell[][]> {
  const found = names.map((): Cell[] => []);
  let [before, at] = [0, 0];
  for (const { source, metadata } of files) {
    let start = 0;
    for (const group of metadata.row_groups) {
      throwIfCancelled(signal);
      const rows = Number(group.num_rows);
      const first = before + start;
      const from = at;
      while (wanted && at < wanted.length && wanted[at] < first + rows) at++;
      const places = wanted?.subarray(from, at);
      checkSizes(source, group.columns, names);
      if (!places || places.length > 0) {
        const cells = await readGroup({ source, metadata }, names, start, start + rows);
        cells.forEach((column, i) => {
          if (places) for (const place of places) found[i].push(column[place - first]);
          else for (const cell of column) found[i].push(cell);
        });
      }
      start += rows;
    }
    before += start;
  }
  return found;
}

function checkSizes(
  source: FileSource,
  columns: ParquetFile['metadata']['row_groups'][number]['columns'],
  names: readonly string[],
): void {
  for (const { meta_data: meta } of columns)
    if (
      meta &&
      names.includes(meta.path_in_schema[0]) &&
      Number(meta.total_uncompressed_size) > LARGEST_COLUMN
    )
      throw new UserError(
        `${source.name} has a column "${meta.path_in_schema[0]}" of ${Number(meta.total_uncompressed_size)} bytes in one group of rows: write it in smaller ones.`,
      );
}

async function readGroup(
  { source, metadata }: ParquetFile,
  names: readonly string[],
  rowStart: number,
  rowEnd: number,
): Promise<Cell[][]> {
  const cells = names.map(() => new Array<Cell>(rowEnd - rowStart));
  try {
    await parquetRead({
      file: withLimits(source),
      metadata,
      columns: [...new Set(names)],
      rowStart,
      rowEnd,
      compressors: bounded,
      // Bytes are pictures; texts are marked as such and become strings all the same.
      utf8: false,
      onChunk({ columnName, columnData, rowStart: chunkStart }) {
        names.forEach((name, i) => {
          if (name !== columnName) return;
          for (let k = 0; k < columnData.length; k++) {
            const place = chunkStart + k - rowStart;
            if (place >= 0 && place < cells[i].length) cells[i][place] = columnData[k] as Cell;
          }
        });
      },
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    // What the reader calls unsupported is most often damage; codecs are what it says.
    const codec =
      error instanceof Error && /compression codec/.test(error.message) ? `, ${error.message}` : '';
    throw new UserError(
      `${source.name} is damaged, or written in a way that is not read${codec}: write it again with pyarrow or pandas.`,
    );
  }
  return cells;
}
