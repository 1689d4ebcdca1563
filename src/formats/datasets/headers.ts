import { constants, inflateRawSync } from 'node:zlib';
import { type ByteSource, memorySource, openFile } from '../containers/source';
import { STORED, type ZipEntry, openZip } from '../containers/zip';
import { hasBytes } from '../containers/head';
import { idxHeader } from './idx';
import { readHeader } from './npy';

/** An array of a data file as its header tells it, its numbers unread. */
export interface ArrayHeader {
  readonly name: string;
  readonly shape: readonly number[];
  /** As NumPy writes it: `<f4`, `|u1`. */
  readonly type: string;
}

/** Much more than the header of an array takes. */
const HEADER_BYTES = 8192;
const NPY = [0x93, 0x4e, 0x55, 0x4d];
const LOCAL_HEADER = 30;

/**
 * The arrays in an `.npz`, an `.npy` or an IDX file of images, by a few kilobytes of each: enough to say whether they could be a model's data.
 * @throws UserError when the file is none of these or damaged where it was read
 */
export function arrayHeaders(file: string): ArrayHeader[] {
  const source = openFile(file);
  try {
    if (source.size > 4 && hasBytes(source.read(0, 4), NPY)) return [headerOf(source, '')];
    const idx = idxHeader(source.read(0, Math.min(source.size, HEADER_BYTES)));
    // Labels have one extent, and belong to images that are another file.
    if (idx) return idx.shape.length > 1 ? [{ name: 'x_train', ...idx }] : [];
    return [...openZip(source).entries.values()]
      .filter(({ name }) => name.endsWith('.npy'))
      .map((entry) => headerOf(beginningOf(source, entry), entry.name.slice(0, -'.npy'.length)));
  } finally {
    source.close();
  }
}

function headerOf(source: ByteSource, name: string): ArrayHeader {
  const { shape, type } = readHeader(source);
  return { name, shape, type };
}

/** The first bytes of a member, unpacked where they are packed. */
export function beginningOf(source: ByteSource, entry: ZipEntry): ByteSource {
  const local = source.read(entry.offset, LOCAL_HEADER);
  const view = new DataView(local.buffer, local.byteOffset, local.byteLength);
  const start = entry.offset + LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = source.read(start, Math.min(entry.compressedSize, HEADER_BYTES));
  const bytes =
    entry.method === STORED
      ? packed
      : // What follows is left out on purpose, so the stream has no end.
        inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  return memorySource(`${source.name} (${entry.name})`, bytes);
}
