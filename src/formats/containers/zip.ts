import { inflateRawSync } from 'node:zlib';
import { UserError } from '../../core/errors';
import { checkMemory } from '../../machine/memory';
import { crc32 } from './crc32';
import { type ByteSource, inside, memorySource, section, truncated } from './source';

/** One member of a zip archive as its central directory describes it; nothing in it is to be trusted as a path. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the local header starts. */
  readonly offset: number;
}

/** An archive whose members are read one at a time, each only when asked for. */
export interface ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * A member's bytes, checked against its declared size and checksum. A stored (uncompressed) member is a window into
   * the archive, so that a file of gigabytes needs no memory; a compressed one is unpacked.
   * @param most refused where it is larger than this many bytes, before anything is unpacked.
   * @param unchecked whether the checksum of a stored member is left alone: it takes reading all of it.
   */
  open(name: string, most?: number, unchecked?: boolean): ByteSource;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LARGEST_DIRECTORY = 64 * 2 ** 20;
/** What one unpacked member may take in memory. */
const LARGEST_MEMBER = 2 ** 31 - 1;
/** Bytes that are asked about before they are claimed. */
const LARGE = 2 ** 28;
/** No deflate stream expands further (RFC 1951: 258 bytes from two bits), so a larger claim is a lie. */
const LARGEST_RATIO = 1032;
/** What all members of an archive together may unpack to, however small it is, and how many times its size beyond that. */
const UNPACKED = 2 ** 29;
const UNPACKED_TIMES = 100;

/** The method of members that are not compressed. */
export const STORED = 0;
const DEFLATED = 8;

/**
 * Reads the central directory of a zip archive (zip64 too) and checks that members lie inside the file and do not
 * overlap, which is how archives are made that unpack to petabytes.
 * @throws UserError for anything that is no sound zip archive.
 */
export function openZip(source: ByteSource): ZipArchive {
  const directory = locateDirectory(source);
  const entries = readDirectory(source, directory);
  checkOverlaps(source, [...entries.values()], directory.offset);
  const claims = new Unpacked(source);
  return {
    entries,
    open(name, most, unchecked) {
      const entry = entries.get(name);
      if (!entry) throw new UserError(`${source.name} holds no ${name}.`);
      return openMember(source, entry, claims, { most, unchecked });
    },
  };
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

function locateDirectory(source: ByteSource): Directory {
  const length = Math.min(source.size, 22 + 0xffff);
  const tail = source.read(source.size - length, length);
  const view = viewOf(tail);
  for (let at = length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + 22 + view.getUint16(at + 20, true) !== length) continue;
    const plain = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const isZip64 = plain.count === 0xffff || plain.size === 0xffffffff || plain.offset === 0xffffffff;
    const found = isZip64 ? locateDirectory64(source, source.size - length + at) : plain;
    if (!inside(source.size, found.offset, found.size)) throw truncated(source.name);
    return found;
  }
  throw new UserError(
    `${source.name} is cut off or damaged: the end of the zip archive is missing. Copy or save it again.`,
  );
}

function locateDirectory64(source: ByteSource, end: number): Directory {
  const locator = viewOf(source.read(end - 20, 20));
  if (locator.getUint32(0, true) !== LOCATOR64) throw damaged(source);
  const record = viewOf(source.read(safe(source, locator.getBigUint64(8, true)), 56));
  if (record.getUint32(0, true) !== END64) throw damaged(source);
  return {
    count: safe(source, record.getBigUint64(32, true)),
    size: safe(source, record.getBigUint64(40, true)),
    offset: safe(source, record.getBigUint64(48, true)),
  };
}

function readDirectory(source: ByteSource, directory: Directory): Map<string, ZipEntry> {
  if (directory.size > LARGEST_DIRECTORY) throw damaged(source);
  const bytes = source.read(directory.offset, directory.size);
  const view = viewOf(bytes);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < directory.count; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) throw damaged(source);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw damaged(source);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (view.getUint16(at + 8, true) & 1)
      throw new UserError(`${source.name} is encrypted: save it without a password.`);
    if (entries.has(name)) throw damaged(source);
    const extra = viewOf(bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    entries.set(name, {
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      ...sizes(source, view, at, extra),
    });
    at = next;
  }
  return entries;
}

/** Size, compressed size and offset: 32 bits each, or from the zip64 field where they say 0xffffffff. */
function sizes(source: ByteSource, view: DataView, at: number, extra: DataView) {
  let size = view.getUint32(at + 24, true);
  let compressedSize = view.getUint32(at + 20, true);
  let offset = view.getUint32(at + 42, true);
  for (let field = 0; field + 4 <= extra.byteLength;) {
    const end = field + 4 + extra.getUint16(field + 2, true);
    if (extra.getUint16(field, true) === 1 && end <= extra.byteLength) {
      let value = field + 4;
      const take = () => {
        if (value + 8 > end) throw damaged(source);
        value += 8;
        return safe(source, extra.getBigUint64(value - 8, true));
      };
      if (size === 0xffffffff) size = take();
      if (compressedSize === 0xffffffff) compressedSize = take();
      if (offset === 0xffffffff) offset = take();
    }
    field = end;
  }
  return { size, compressedSize, offset };
}

function checkOverlaps(source: ByteSource, entries: ZipEntry[], end: number): void {
  entries.sort((a, b) => a.offset - b.offset);
  entries.forEach((entry, index) => {
    const limit = entries[index + 1]?.offset ?? end;
    if (entry.offset + 30 + entry.compressedSize > limit) throw damaged(source);
  });
}

/** Counts what the members of an archive unpack to, each once. */
class Unpacked {
  private readonly members = new Set<ZipEntry>();
  private total = 0;

  constructor(private readonly source: ByteSource) {}

  /** @throws UserError for an archive that was made to fill the memory. */
  take(entry: ZipEntry): void {
    if (!this.members.has(entry)) this.total += entry.size;
    this.members.add(entry);
    if (this.total <= Math.max(UNPACKED, UNPACKED_TIMES * this.source.size)) return;
    throw new UserError(
      `${this.source.name} (${entry.name}) unpacks to ${(this.total / 1e9).toFixed(1)} GB from ${(this.source.size / 1e6).toFixed(1)} MB, as files do that are made to fill the memory: if it is yours, save it without compression.`,
    );
  }
}

/** How a member is opened, as {@link ZipArchive.open} says. */
interface Opening {
  readonly most: number | undefined;
  readonly unchecked: boolean | undefined;
}

function openMember(
  source: ByteSource,
  entry: ZipEntry,
  claims: Unpacked,
  { most = Number.MAX_SAFE_INTEGER, unchecked = false }: Opening,
): ByteSource {
  const title = `${source.name} (${entry.name})`;
  const header = viewOf(source.read(entry.offset, 30));
  if (header.getUint32(0, true) !== LOCAL) throw damaged(source);
  const name = source.read(entry.offset + 30, header.getUint16(26, true));
  // Readers that go by the one name and by the other would read two files.
  if (new TextDecoder().decode(name) !== entry.name) throw damaged(source);
  const start = entry.offset + 30 + name.length + header.getUint16(28, true);
  const packed = section(source, title, start, entry.compressedSize);
  const checkSize = () => {
    if (entry.size > most)
      throw new UserError(`${title} is too large: ${entry.size} bytes, where ${most} are the most.`);
  };
  if (entry.method === STORED) {
    checkSize();
    if (entry.size !== entry.compressedSize) throw damaged(source);
    if (!unchecked) checkSum(packed, entry);
    return packed;
  }
  if (entry.method !== DEFLATED) {
    throw new UserError(
      `${title} is packed by a method that is not supported (${entry.method}): save it without compression.`,
    );
  }
  if (entry.size > LARGEST_MEMBER || entry.size > LARGEST_RATIO * entry.compressedSize + 64) {
    throw new UserError(`${title} claims to unpack to ${entry.size} bytes, which is too much.`);
  }
  checkSize();
  claims.take(entry);
  if (entry.size > LARGE)
    checkMemory(entry.size, `Unpacking ${title}`, 'use a machine with more, or a smaller file');
  const unpacked = memorySource(title, inflate(packed, entry));
  checkSum(unpacked, entry);
  return unpacked;
}

function inflate(packed: ByteSource, entry: ZipEntry): Uint8Array {
  if (entry.size === 0) return new Uint8Array(0);
  try {
    const bytes = inflateRawSync(packed.read(0, packed.size), { maxOutputLength: entry.size });
    if (bytes.length === entry.size) return bytes;
  } catch (error) {
    if (error instanceof UserError) throw error;
  }
  throw damaged(packed);
}

function checkSum(source: ByteSource, entry: ZipEntry): void {
  const block = new Uint8Array(Math.min(source.size, 1 << 20));
  let crc = 0;
  for (let position = 0; position < source.size;) {
    const count = source.readInto(block, position);
    if (count === 0) throw truncated(source.name);
    crc = crc32(block.subarray(0, count), crc);
    position += count;
  }
  if (crc !== entry.crc) throw damaged(source);
}

function damaged(source: ByteSource): UserError {
  return new UserError(
    `${source.name} is damaged: its bytes do not agree with the zip archive's own sizes and checksums. Copy or save it again.`,
  );
}

function safe(source: ByteSource, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(source);
  return Number(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
