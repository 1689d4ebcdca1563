import { UserError } from '../../core/errors';
import { type ByteSource, truncated } from './source';

/** One field of a protobuf message, its content unread where it has a length. */
export interface ProtobufField {
  readonly number: number;
  /** A varint's value, as far as a float holds it; undefined for other kinds. */
  readonly value: number | undefined;
  /** Where the content lies: of a varint and of fixed widths the number itself. */
  readonly begin: number;
  readonly end: number;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** Bytes that are read at once: fields that are passed over cost one read each, short ones share it. */
const WINDOW = 4096;
/** Two bytes of a hostile file are one. */
const MOST_FIELDS = 2 ** 21;

/** Goes over the fields of protobuf messages in a file, and reads of it what names them. */
export class ProtobufFields {
  private window: Uint8Array = new Uint8Array(0);
  private seen = 0;
  private start = 0;

  constructor(private readonly source: ByteSource) {}

  /**
   * The fields of the message at a place.
   * @throws UserError where it is no message
   */
  *of(begin: number, end: number): Generator<ProtobufField> {
    for (let at = begin; at < end;) {
      if (++this.seen > MOST_FIELDS)
        throw new UserError(
          `${this.source.name} holds more nodes and names than any network has; it is not opened.`,
        );
      const [tag, behind] = this.varint(at, end);
      const field = this.field(tag, behind, end);
      if (field.end > end) throw truncated(this.source.name);
      yield field;
      at = field.end;
    }
  }

  private field(tag: number, begin: number, end: number): ProtobufField {
    const number = Math.floor(tag / 8);
    const kind = tag % 8;
    if (kind === VARINT) {
      const [value, behind] = this.varint(begin, end);
      return { number, value, begin, end: behind };
    }
    if (kind === DELIMITED) {
      const [length, inside] = this.varint(begin, end);
      return { number, value: undefined, begin: inside, end: inside + length };
    }
    const width = kind === FIXED64 ? 8 : kind === FIXED32 ? 4 : NaN;
    if (Number.isNaN(width)) throw truncated(this.source.name);
    return { number, value: undefined, begin, end: begin + width };
  }

  /** A varint and the place behind it; beyond 2^53 the nearest float. */
  private varint(begin: number, end: number): [value: number, behind: number] {
    let value = 0;
    for (let at = begin, scale = 1; at < end && at < begin + 10; at++, scale *= 128) {
      const byte = this.byte(at);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return [value, at + 1];
    }
    throw truncated(this.source.name);
  }

  private byte(at: number): number {
    if (at < this.start || at >= this.start + this.window.length) {
      this.window = this.source.read(at, Math.min(WINDOW, this.source.size - at));
      this.start = at;
    }
    return this.window[at - this.start];
  }
}
