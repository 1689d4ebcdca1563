import { ByteRun } from './bytes';
import { lookup3 } from './lookup3';

/** A group of an HDF5 file to be written. */
export interface Hdf5Branch {
  /** Text attributes. */
  readonly texts: Map<string, string>;
  readonly groups: Map<string, Hdf5Branch>;
  readonly datasets: Map<string, Hdf5Array>;
}

/** A data set: row-major, written in its own precision. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** A group without anything in it. */
export const hdf5Branch = (): Hdf5Branch => ({ texts: new Map(), groups: new Map(), datasets: new Map() });

const UNDEFINED = new Uint8Array(8).fill(0xff);
const SUPERBLOCK_BYTES = 48;
const LEAST_HEAP_BYTES = 4096;

/**
 * An HDF5 file by the file format specification, version 3.0: superblock 2, object headers 2 without times, compact
 * groups, contiguous data. Written here and not by the library, which stamps every object with the time, so that equal
 * contents are equal bytes.
 */
export function hdf5Bytes(root: Hdf5Branch): Uint8Array {
  const body = new ByteRun().bytes(new Uint8Array(SUPERBLOCK_BYTES));
  const heap = writeHeap(body, everyText(root));
  const top = writeGroup(body, root, heap);
  const bytes = body.toBytes();
  const head = new ByteRun()
    .bytes([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])
    .bytes([2, 8, 8, 0])
    .int(0, 8)
    .bytes(UNDEFINED)
    .int(bytes.length, 8)
    .int(top, 8);
  bytes.set(withChecksum(head).toBytes());
  return bytes;
}

function everyText({ texts, groups }: Hdf5Branch): Set<string> {
  return new Set([...texts.values(), ...[...groups.values()].flatMap((group) => [...everyText(group)])]);
}

/** Where a text of variable length lies. */
type Heap = ReadonlyMap<string, { readonly address: number; readonly index: number }>;

/** The texts of all attributes as global heap collections of at most as many objects as an index can count. */
function writeHeap(file: ByteRun, texts: ReadonlySet<string>): Heap {
  const heap = new Map<string, { address: number; index: number }>();
  const all = [...texts];
  for (let first = 0; first < all.length; first += 0xffff) {
    const address = file.align(8).length;
    const objects = new ByteRun();
    all.slice(first, first + 0xffff).forEach((text, i) => {
      const bytes = new TextEncoder().encode(text);
      objects
        .int(i + 1, 2)
        .int(0, 2)
        .int(0, 4)
        .int(bytes.length, 8)
        .bytes(bytes)
        .align(8);
      heap.set(text, { address, index: i + 1 });
    });
    // What is left over is an object of its own, number 0.
    const size = Math.max(LEAST_HEAP_BYTES, 16 + objects.length + 16);
    const free = size - 16 - objects.length;
    file.text('GCOL').int(1, 4).int(size, 8).bytes(objects.toBytes());
    file
      .int(0, 8)
      .int(free, 8)
      .bytes(new Uint8Array(free - 16));
  }
  return heap;
}

/** Writes what is inside a group, then the group; returns its address. */
function writeGroup(file: ByteRun, { texts, groups, datasets }: Hdf5Branch, heap: Heap): number {
  const links: [string, number][] = [
    ...[...groups].map(([name, group]): [string, number] => [name, writeGroup(file, group, heap)]),
    ...[...datasets].map(([name, array]): [string, number] => [name, writeDataset(file, array)]),
  ];
  const header = new ByteRun();
  message(header, 0x02, new ByteRun().bytes([0, 0]).bytes(UNDEFINED).bytes(UNDEFINED));
  message(header, 0x0a, new ByteRun().bytes([0, 0]));
  for (const [name, text] of texts) message(header, 0x0c, textAttribute(name, text, heap));
  for (const [name, address] of links) {
    const bytes = new TextEncoder().encode(name);
    // Flags: the name's length takes two bytes, its character set is named (UTF-8).
    message(
      header,
      0x06,
      new ByteRun().bytes([1, 0x11, 1]).int(bytes.length, 2).bytes(bytes).int(address, 8),
    );
  }
  return writeHeader(file, header);
}

function writeDataset(file: ByteRun, { shape, data }: Hdf5Array): number {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const address = file.align(8).length;
  file.bytes(raw);
  const header = new ByteRun();
  const space = new ByteRun().bytes([2, shape.length, 0, shape.length === 0 ? 0 : 1]);
  for (const extent of shape) space.int(extent, 8);
  message(header, 0x01, space);
  message(header, 0x03, data instanceof Float32Array ? floatType(4, 8, 23, 127) : floatType(8, 11, 52, 1023));
  // Fill value, version 3: allocated late, written if set; not set.
  message(header, 0x05, new ByteRun().bytes([3, 0x0a]));
  const layout = new ByteRun().bytes([3, 1]);
  message(
    header,
    0x08,
    (raw.length === 0 ? layout.bytes(UNDEFINED) : layout.int(address, 8)).int(raw.length, 8),
  );
  return writeHeader(file, header);
}

/** An IEEE 754 number, little-endian, by its bytes and the bits of exponent and mantissa. */
function floatType(size: number, exponent: number, mantissa: number, bias: number): ByteRun {
  return new ByteRun()
    .bytes([0x11, 0x20, 8 * size - 1, 0])
    .int(size, 4)
    .int(0, 2)
    .int(8 * size, 2)
    .bytes([mantissa, exponent, 0, mantissa])
    .int(bias, 4);
}

/** A text of variable length in UTF-8, as h5py writes one. */
function textAttribute(name: string, text: string, heap: Heap): ByteRun {
  const bytes = new TextEncoder().encode(name);
  const place = heap.get(text);
  if (!place) throw new Error('a text was left out of the heap');
  const type = new ByteRun().bytes([0x19, 0x01, 0x01, 0x00]).int(16, 4);
  type.bytes([0x10, 0, 0, 0]).int(1, 4).int(0, 2).int(8, 2);
  return new ByteRun()
    .bytes([3, 0])
    .int(bytes.length + 1, 2)
    .int(type.length, 2)
    .int(4, 2)
    .bytes([1])
    .bytes(bytes)
    .bytes([0])
    .bytes(type.toBytes())
    .bytes([2, 0, 0, 0])
    .int(new TextEncoder().encode(text).length, 4)
    .int(place.address, 8)
    .int(place.index, 4);
}

function message(header: ByteRun, type: number, body: ByteRun): void {
  header.int(type, 1).int(body.length, 2).int(0, 1).bytes(body.toBytes());
}

function writeHeader(file: ByteRun, messages: ByteRun): number {
  const address = file.align(8).length;
  // Flags: the size takes four bytes, no times.
  const header = new ByteRun()
    .text('OHDR')
    .bytes([2, 0x02])
    .int(messages.length, 4)
    .bytes(messages.toBytes());
  file.bytes(withChecksum(header).toBytes());
  return address;
}

const withChecksum = (run: ByteRun) => run.int(lookup3(run.toBytes()), 4);
