import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openPlain, readFully } from '../../files/plain-file';
import { throwIfCancelled, UserError } from '../../core/errors';
import { checkMemory } from '../../machine/memory';
import type { FileStamp } from '../../contract/file-stamp';

/** Bytes that can be read at any position: a file, a part of one, or memory. */
export interface ByteSource {
  /** What to call it in a message: the path a person gave, with the member's name for a part of an archive. */
  readonly name: string;
  readonly size: number;
  /** A fresh copy of exactly `length` bytes; a {@link UserError} if the source ends before. */
  read(position: number, length: number): Uint8Array;
  /** Fills as much of `target` as there is from `position` on and returns how many bytes that was. */
  readInto(target: Uint8Array, position: number): number;
}

/** A file held open; its name is its path. */
export interface FileSource extends ByteSource {
  /** When it was last written, in milliseconds, as it was opened. */
  readonly mtimeMs: number;
  close(): void;
}

/** The sentence for a file that ends too early. */
export function truncated(name: string): UserError {
  return new UserError(
    `${name} is cut off or damaged: it refers to bytes it does not have. Copy or save the file again.`,
  );
}

/** Bytes that are asked about before they are claimed. */
const LARGE = 2 ** 28;

function checkedRead(source: ByteSource, position: number, length: number): Uint8Array {
  // Checked before the buffer is made: a hostile length must not claim memory, and an honest one none that is not there.
  if (!inside(source.size, position, length)) throw truncated(source.name);
  if (length > LARGE)
    checkMemory(length, `Reading ${source.name}`, 'use a machine with more, or a smaller file');
  const bytes = new Uint8Array(length);
  if (source.readInto(bytes, position) !== length) throw truncated(source.name);
  return bytes;
}

/** Whether `length` bytes at `position` lie within `size` bytes (false for anything but whole, safe numbers). */
export function inside(size: number, position: number, length: number): boolean {
  return (
    Number.isSafeInteger(position) &&
    Number.isSafeInteger(length) &&
    position >= 0 &&
    length >= 0 &&
    position + length <= size
  );
}

/**
 * Opens a file for reading at any position.
 * @throws UserError when there is no such file, it may not be read, is empty, or is no plain file.
 */
export function openFile(path: string): FileSource {
  const { descriptor, size, mtimeMs } = openPlain(path);
  if (size === 0) {
    closeSync(descriptor);
    throw new UserError(`${path} is empty: nothing was saved into it.`);
  }
  const source: FileSource = {
    name: path,
    size,
    mtimeMs,
    read: (position, length) => checkedRead(source, position, length),
    readInto: (target, position) => readFully(path, descriptor, target, position),
    close: () => closeSync(descriptor),
  };
  return source;
}

/** Bytes in memory as a source. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  const source: ByteSource = {
    name,
    size: bytes.length,
    read: (position, length) => checkedRead(source, position, length),
    readInto(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  };
  return source;
}

/** `size` bytes of another source from `offset` on, without copying. */
export function section(parent: ByteSource, name: string, offset: number, size: number): ByteSource {
  if (!inside(parent.size, offset, size)) throw truncated(parent.name);
  const source: ByteSource = {
    name,
    size,
    read: (position, length) => checkedRead(source, position, length),
    readInto(target, position) {
      const length = Math.max(0, Math.min(target.length, size - position));
      return parent.readInto(target.subarray(0, length), offset + position);
    },
  };
  return source;
}

const HASH_BLOCK = 1 << 20;

/** SHA-256 (hexadecimal) of the sources' bytes, one after the other, a block at a time. */
export async function sha256(sources: readonly ByteSource[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const block = new Uint8Array(Math.min(HASH_BLOCK, source.size));
    for (let position = 0; position < source.size; position += block.length) {
      throwIfCancelled(signal);
      const count = source.readInto(block, position);
      if (count === 0) break;
      hash.update(block.subarray(0, count));
      await setImmediate();
    }
  }
  return hash.digest('hex');
}

/** SHA-256 (hexadecimal) of a text. */
export const sha256OfText = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What tells later whether an opened file has changed. */
export function stampOf({ name, size, mtimeMs }: FileSource): FileStamp {
  return { path: name, size, mtimeMs };
}
