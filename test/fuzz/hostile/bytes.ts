import { constants, crc32, deflateRawSync } from 'node:zlib';

/** Parts of a file: text of one byte a character, one byte, or bytes. */
export type Part = string | number | Uint8Array;

export const MEG = 1 << 20;

const bufferOf = (part: Part): Uint8Array =>
  typeof part === 'string' ? Buffer.from(part, 'latin1') : typeof part === 'number' ? Buffer.of(part) : part;

export const concatenated = (parts: readonly Part[]): Uint8Array => Buffer.concat(parts.map(bufferOf));

export const joined = (...parts: readonly Part[]): Uint8Array => concatenated(parts);

/** An unsigned integer of 16 bits, little-endian. */
export function uint16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** An unsigned integer of 32 bits, little-endian. */
export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** An unsigned integer of 64 bits, little-endian. */
export function uint64(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The same bytes many times. */
export const times = (count: number, part: Part): Uint8Array =>
  Buffer.alloc(count * bufferOf(part).length, bufferOf(part));

/** A stream of deflate that unpacks to so many times a megabyte of zeros, without making them. */
export function packedZeros(megabytes: number): Uint8Array {
  // Whole bytes, and no reference to what came before.
  const block = deflateRawSync(Buffer.alloc(MEG), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return joined(times(megabytes, block), 0x03, 0x00);
}

/** A member of an archive, whose records say what they like. */
export interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Packed already, to this size. */
  readonly size?: number;
  /** What the record before its bytes calls it. */
  readonly localName?: string;
  readonly encrypted?: boolean;
}

/** A zip archive. Large members are packed. */
export function archive(members: readonly Member[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes, size, localName = name, encrypted = false } of members) {
    const packs = size === undefined && bytes.length > MEG;
    const content = packs ? deflateRawSync(bytes, { level: 1 }) : bytes;
    const about = joined(
      ...[uint16(Number(encrypted)), uint16(packs || size !== undefined ? 8 : 0), uint32(0)],
      ...[
        uint32(size === undefined ? crc32(bytes) : 0),
        uint32(content.length),
        uint32(size ?? bytes.length),
      ],
    );
    const local = joined(
      'PK\x03\x04',
      uint16(20),
      about,
      uint16(utf8(localName).length),
      uint16(0),
      utf8(localName),
    );
    const named = joined(uint16(utf8(name).length), uint16(0), uint16(0), uint16(0), uint16(0), uint32(0));
    directory.push(joined('PK\x01\x02', uint16(20), uint16(20), about, named, uint32(at), utf8(name)));
    parts.push(local, content);
    at += local.length + content.length;
  }
  const listed = joined(...directory);
  const count = uint16(members.length);
  const end = joined('PK\x05\x06', uint32(0), count, count, uint32(listed.length), uint32(at), uint16(0));
  return joined(...parts, listed, end);
}
