import { crc32 } from '../../src/formats/containers/crc32';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** A member of an archive: bytes, and so many zeros behind them, which take no place on the disk. */
export interface SparseMember {
  readonly name: string;
  readonly bytes?: Uint8Array | string;
  readonly zeros?: number;
}

/**
 * Writes a zip archive of stored members to a file. The checksum of a member with zeros is a wrong one: whoever reads all of
 * it finds it damaged.
 */
export function writeSparseZip(path: string, members: readonly SparseMember[]): void {
  const file = openSync(path, 'w');
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes = '', zeros = 0 } of members) {
    const [title, content] = [Buffer.from(name), Buffer.from(bytes)];
    const size = content.length + zeros;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(zeros > 0 ? 0xbadbad : crc32(content), 10);
    common.writeUInt32LE(size, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(title.length, 22);
    writeSync(file, Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, title, content]), 0, null, at);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common, tail, title]));
    at += 30 + title.length + size;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  ftruncateSync(file, at);
  const whole = Buffer.concat([listed, end]);
  writeSync(file, whole, 0, whole.length, at);
  closeSync(file);
}
