import { closeSync, openSync, readSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError, messageOf } from '../core/errors';
import type { StoredVector, Vector } from '../core/long-vector';
import { gigabytes } from './memory';

/** Numbers that are written at once. */
const STRETCH = 2 ** 18;
/** The share of the free disk that may be taken. */
const SHARE = 1 / 2;

/**
 * A file without a name in which vectors rest that memory has no room for, in float32. The system keeps what it can of it
 * in memory that nobody else wants, and takes the rest back when the file is closed or the process ends, however it ends.
 */
export class Scratch {
  private descriptor: number | undefined;
  private end = 0;
  private readonly free = new Map<number, number[]>();

  /** @param folder where the file lies. */
  constructor(private readonly folder = tmpdir()) {}

  /** How many bytes of vectors may rest here: half of what the disk has free, and what they have taken already. */
  get room(): number {
    try {
      const { bavail, bsize } = statfsSync(this.folder);
      return SHARE * bavail * bsize + this.end;
    } catch {
      return 0;
    }
  }

  /**
   * Puts a vector down, rounded to float32.
   * @throws UserError where the disk is full or the folder may not be written.
   */
  store(vector: Vector): StoredVector {
    const { length } = vector;
    const offset = this.free.get(length)?.pop() ?? this.claim(4 * length);
    const write = (begin: number, part: Vector) => this.write(offset + 4 * begin, part);
    for (let begin = 0; begin < length; begin += STRETCH)
      write(begin, vector.subarray(begin, begin + STRETCH));
    return {
      length,
      read: (begin, end) => this.read(offset + 4 * begin, end - begin),
      write,
      release: () => {
        const places = this.free.get(length) ?? [];
        this.free.set(length, places);
        places.push(offset);
      },
    };
  }

  /** Closes the file: what rested there is gone. */
  dispose(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    this.free.clear();
    this.end = 0;
  }

  private claim(bytes: number): number {
    const offset = this.end;
    this.end += bytes;
    return offset;
  }

  private write(position: number, part: Vector): void {
    const { buffer, byteOffset, byteLength } = part instanceof Float32Array ? part : new Float32Array(part);
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    try {
      this.descriptor ??= this.open();
      for (let at = 0; at < bytes.length;)
        at += writeSync(this.descriptor, bytes, at, bytes.length - at, position + at);
    } catch (error) {
      throw new UserError(
        `Vectors of so many parameters rest in a file of some ${gigabytes(this.end)} in ${this.folder}, which cannot be written (${messageOf(error)}): make room there, or name another folder by the environment variable TMPDIR.`,
      );
    }
  }

  private read(position: number, length: number): Float32Array {
    const part = new Float32Array(length);
    const bytes = new Uint8Array(part.buffer);
    for (let at = 0; at < bytes.length;) {
      const count =
        this.descriptor === undefined
          ? 0
          : readSync(this.descriptor, bytes, at, bytes.length - at, position + at);
      if (count === 0) throw new Error('a vector was read from a file that is closed');
      at += count;
    }
    return part;
  }

  /** Windows removes the name of a file that is open when it is closed. */
  private open(): number {
    const name = join(this.folder, `landscape-${process.pid}-${performance.now()}-vectors`);
    const descriptor = openSync(name, 'wx+', 0o600);
    unlinkSync(name);
    return descriptor;
  }
}
