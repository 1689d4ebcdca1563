import { UserError } from '../../../core/errors';
import { crc32 } from '../../containers/crc32';
import { ByteRun } from './bytes';

/** A member of an archive to be written. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LARGEST = 0xffffffff;
/** The first day a zip archive can name: equal contents are equal bytes. */
const FIRST_DAY = (1 << 5) | 1;

/**
 * A zip archive whose members are stored, not packed, as Keras stores them: weights do not pack, and they can be read in
 * place.
 * @throws UserError beyond the 4 GiB of a plain archive.
 */
export function zipBytes(members: readonly ZipMember[]): Uint8Array {
  const file = new ByteRun();
  const directory = new ByteRun();
  for (const { name, bytes } of members) {
    const title = new TextEncoder().encode(name);
    const offset = file.length;
    if (offset + bytes.length > LARGEST)
      throw new UserError('The model is too large for a .keras file (4 GiB): save it as .safetensors.');
    // Version 2.0, names in UTF-8, stored; time and day; checksum and sizes.
    const facts = new ByteRun()
      .int(20, 2)
      .int(0x0800, 2)
      .int(0, 2)
      .int(0, 2)
      .int(FIRST_DAY, 2)
      .int(crc32(bytes), 4)
      .int(bytes.length, 4)
      .int(bytes.length, 4)
      .int(title.length, 2)
      .int(0, 2)
      .toBytes();
    file.int(0x04034b50, 4).bytes(facts).bytes(title).bytes(bytes);
    directory
      .int(0x02014b50, 4)
      .int(20, 2)
      .bytes(facts)
      .bytes(new Uint8Array(10))
      .int(offset, 4)
      .bytes(title);
  }
  const start = file.length;
  if (start + directory.length > LARGEST)
    throw new UserError('The model is too large for a .keras file (4 GiB): save it as .safetensors.');
  return file
    .bytes(directory.toBytes())
    .int(0x06054b50, 4)
    .int(0, 4)
    .int(members.length, 2)
    .int(members.length, 2)
    .int(directory.length, 4)
    .int(start, 4)
    .int(0, 2)
    .toBytes();
}
