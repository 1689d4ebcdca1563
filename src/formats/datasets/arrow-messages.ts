import { UserError } from '../../core/errors';
import { FlatTable } from '../containers/flatbuffers';
import { hasBytes } from '../containers/head';
import type { FileSource } from '../containers/source';
import { type ArrowField, fieldOf } from './arrow-schema';

/** How an Arrow file of the other kind begins; the messages of a stream follow. */
export const FILE_MAGIC = [...Buffer.from('ARROW1')];
const PADDED_MAGIC = 8;

const CONTINUES = 0xffffffff;
/** What a message's description may take. */
const LARGEST_DESCRIPTION = 2 ** 26;

const SCHEMA = 1;
const DICTIONARY = 2;
const BATCH = 3;

/** Rows that lie together: where their buffers are, and how many values each part of a column has. */
export interface ArrowBatch {
  readonly rows: number;
  /** Where the body begins in the file, and its bytes. */
  readonly body: number;
  readonly bytes: number;
  /** Values of each field in the order of the schema, with how many of them are missing. */
  readonly nodes: readonly (readonly [length: number, missing: number])[];
  /** Each buffer within the body. */
  readonly buffers: readonly (readonly [offset: number, length: number])[];
}

/** An Arrow file of which the messages' descriptions have been read, and no rows. */
export interface ArrowFile {
  readonly source: FileSource;
  readonly fields: readonly ArrowField[];
  /** What its writer noted of the whole. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly batches: readonly ArrowBatch[];
  /** The parts of each dictionary, by its number. */
  readonly dictionaries: ReadonlyMap<number, readonly ArrowBatch[]>;
}

/** The sentence for what cannot be read of a file. */
export const damaged = ({ name }: FileSource): UserError =>
  new UserError(`${name} is cut off or damaged: its messages cannot be read. Copy it again.`);

/**
 * Looks through an Arrow stream, or the stream within an Arrow file, as `datasets` and pyarrow write them.
 * @see https://arrow.apache.org/docs/format/Columnar.html, "Serialization and Interprocess Communication (IPC)"
 * @throws UserError for damaged files, packed ones, and those with columns of views
 */
export function openArrow(source: FileSource): ArrowFile {
  try {
    return indexOf(source);
  } catch (error) {
    if (error instanceof RangeError) throw damaged(source);
    throw error;
  }
}

const WAY = 'write it once as Parquet, by Dataset.to_parquet or pyarrow.parquet.write_table.';

function indexOf(source: FileSource): ArrowFile {
  let schema: FlatTable | undefined;
  const batches: ArrowBatch[] = [];
  const dictionaries = new Map<number, ArrowBatch[]>();
  const batchOf = (table: FlatTable, body: number, bytes: number): ArrowBatch => {
    if (table.table(3))
      throw new UserError(`${source.name} is packed, which is not read of Arrow files: ${WAY}`);
    const rows = table.int64(0);
    // Columns without bytes cost nothing to claim.
    if (!(rows >= 0 && rows <= 1e6 + 64 * bytes)) throw damaged(source);
    return { rows, body, bytes, nodes: table.pairs(1), buffers: table.pairs(2) };
  };
  for (const { description, body, bytes } of messagesOf(source)) {
    const header = description.table(2);
    const kind = description.byte(1);
    if (!header) throw damaged(source);
    if (kind === SCHEMA) schema ??= header;
    else if (kind === BATCH) batches.push(batchOf(header, body, bytes));
    else if (kind === DICTIONARY) {
      const data = header.table(1);
      if (!data) throw damaged(source);
      const id = header.int64(0);
      const isMore = header.byte(2) !== 0;
      dictionaries.set(id, [...(isMore ? (dictionaries.get(id) ?? []) : []), batchOf(data, body, bytes)]);
    }
  }
  if (!schema) throw damaged(source);
  const fields = schema.tables(1).map((field) => fieldOf(field));
  const views = fields.find(({ hasViews }) => hasViews);
  if (views)
    throw new UserError(
      `${source.name} has views in its column ${views.name}, which are not read of Arrow files: ${WAY}`,
    );
  if (schema.int16(0) !== 0)
    throw new UserError(`${source.name} has its bytes in the order of big machines: ${WAY}`);
  const metadata = new Map(schema.tables(2).map((pair) => [pair.text(0), pair.text(1)]));
  return { source, fields, metadata, batches, dictionaries };
}

/** The messages of a file up to the end of its stream, or its own. */
function* messagesOf(source: FileSource) {
  const isFile = hasBytes(source.read(0, Math.min(source.size, PADDED_MAGIC)), FILE_MAGIC);
  for (let at = isFile ? PADDED_MAGIC : 0; at + 8 <= source.size;) {
    const word = new DataView(source.read(at, 8).buffer);
    const [first, second] = [word.getUint32(0, true), word.getUint32(4, true)];
    const [size, start] = first === CONTINUES ? [second, at + 8] : [first, at + 4];
    if (size === 0) return;
    if (size > LARGEST_DESCRIPTION || start + size > source.size) throw damaged(source);
    const description = FlatTable.root(source.read(start, size));
    const [body, bytes] = [start + size, description.int64(3)];
    if (!(bytes >= 0) || body + bytes > source.size) throw damaged(source);
    yield { description, body, bytes };
    at = body + bytes;
  }
}
