import { UserError } from '../../../../core/errors';
import { PickleList, PickleObject, type PickleValue } from './pickle-values';

/** What a pickle may build, in bytes of memory, beside its own size: the optimizer of a hundred thousand tensors takes 300 MB. */
const MOST = 400e6;

/** About what things take (measured in Node 20 to 24). */
const SLOT = 32;
const ENTRY = 64;
const MEMO = 128;
const SMALL = 16;
const CONTAINER = 112;
const OBJECT = 192;
/** A view of bytes, which are not copied. */
const BYTES = 208;
const TEXT = 32;

/** Counts what a pickle builds, and ends it before it is too much: one byte of it may ask for two hundred. */
export class BuiltMemory {
  private left: number;

  /** @param size of the pickle: the texts in it take as much again. */
  constructor(
    private readonly file: string,
    size: number,
  ) {
    this.left = MOST + size;
  }

  /** A place on the stack or in a list. */
  slot(): void {
    this.take(SLOT);
  }

  /** A pair of a mapping. */
  entry(): void {
    this.take(ENTRY);
  }

  /** A place in the memo. */
  memo(): void {
    this.take(MEMO);
  }

  /** A new value and its place. */
  value(value: PickleValue): void {
    this.take(SLOT + sizeOf(value));
  }

  private take(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0)
      throw new UserError(
        `${this.file} builds more in its pickle than any checkpoint needs (over ${MOST / 1e6} MB beside its numbers): save model.state_dict() alone.`,
      );
  }
}

function sizeOf(value: PickleValue): number {
  if (typeof value === 'string') return TEXT + value.length;
  if (typeof value !== 'object' || value === null) return SMALL;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof PickleObject) return OBJECT;
  // Its items took a place each before, and take another.
  return value instanceof PickleList ? CONTAINER + SLOT * value.items.length : CONTAINER;
}
