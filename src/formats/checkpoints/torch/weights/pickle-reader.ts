import { UserError } from '../../../../core/errors';

/** Integers longer than this are nothing that a checkpoint has; to read them takes time by the square of their length. */
const LONGEST = 64;

/** Reads the arguments of a pickle's instructions, never beyond its end. */
export class PickleReader {
  position = 0;
  private readonly view: DataView;
  private readonly buffer: Buffer;

  constructor(
    private readonly file: string,
    private readonly data: Uint8Array,
  ) {
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  private cutOff(): UserError {
    return new UserError(
      `${this.file} is cut off or damaged: its pickle ends early. Copy or save the file again.`,
    );
  }

  /** The place of the next `count` bytes, which are taken. */
  private take(count: number): number {
    const start = this.position;
    if (!(count >= 0 && start + count <= this.data.length)) throw this.cutOff();
    this.position += count;
    return start;
  }

  byte(): number {
    return this.data[this.take(1)];
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  uint64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  float64(): number {
    return this.view.getFloat64(this.take(8), false);
  }

  bytes(count: number): Uint8Array {
    const start = this.take(count);
    return this.data.subarray(start, start + count);
  }

  text(count: number): string {
    const start = this.take(count);
    return this.buffer.toString('utf8', start, start + count);
  }

  /** Text of Python 2, whose `str` were bytes: each is one character, so that none is lost. */
  latin1(count: number): string {
    const start = this.take(count);
    return this.buffer.toString('latin1', start, start + count);
  }

  /** A signed integer of any length, little-endian; the nearest float beyond 2^53. */
  long(count: number): number {
    if (count > LONGEST) throw this.cutOff();
    return Number(longOf(this.bytes(count)));
  }

  line(): string {
    const end = this.data.indexOf(0x0a, this.position);
    if (end < 0) throw this.cutOff();
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  quotedLine(): string {
    return this.line().replace(/^(['"])(.*)\1$/, '$2');
  }

  integerLine(): number {
    const text = this.line().replace(/L$/, '');
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.cutOff();
    return value;
  }

  floatLine(): number {
    return Number(this.line());
  }
}

function longOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  const negative = bytes.length > 0 && (bytes[bytes.length - 1] & 0x80) !== 0;
  return negative ? value - (1n << BigInt(8 * bytes.length)) : value;
}
