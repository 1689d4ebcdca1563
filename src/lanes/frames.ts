import { deserialize, serialize } from 'node:v8';

/** What a lane says first: what a shell or a scheduler has printed before is none of ours. */
const GREETING = Buffer.from('\0landscape-lane\0');
/** Begins every frame, so that what something else prints in between is noticed. */
const MARK = 0x4c_61_6e_65;
const HEADER = 10;
/** Ends every frame, since schedulers pass on whole lines at once. */
const END = 0x0a;
/** The bytes that come before all frames of a lane. */
export const greeting = (): Buffer => Buffer.from(GREETING);

/** Smaller messages are written at once: each write may travel by itself. */
const LARGE = 2 ** 20;

/** A message as bytes, to be written one after the other: a mark, the length, the message, the end of a line. */
export function framed(message: unknown): Buffer[] {
  const body = serialize(message);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(MARK);
  header.writeUIntBE(body.length, 4, 6);
  const parts = [header, body, Buffer.of(END)];
  return body.length < LARGE ? [Buffer.concat(parts)] : parts;
}

/** Messages out of a stream of bytes, however it is cut. */
export class FrameReader {
  private readonly header = Buffer.alloc(HEADER);
  private body: Buffer | undefined;
  /** Bytes of header and body that are there. */
  private filled = 0;
  /** The last bytes before the greeting has come. */
  private before: Buffer | undefined;

  /** @param isGreeted does the other side greet first? */
  constructor(isGreeted: boolean) {
    if (isGreeted) this.before = Buffer.alloc(0);
  }

  /**
   * Takes bytes in, and gives the messages that they complete.
   * @throws Error where they are no frames.
   */
  push(bytes: Buffer): unknown[] {
    let rest = this.afterGreeting(bytes);
    const messages: unknown[] = [];
    while (rest.length > 0) {
      rest = this.fill(rest);
      const { body } = this;
      if (!body || this.filled < HEADER + body.length) continue;
      if (body.at(-1) !== END) throw notOurs(body.subarray(-1));
      messages.push(deserialize(body.subarray(0, -1)));
      this.body = undefined;
      this.filled = 0;
    }
    return messages;
  }

  /** Copies what belongs to the header, or to the body, and gives what follows. */
  private fill(bytes: Buffer): Buffer {
    const [into, at] = this.body ? [this.body, this.filled - HEADER] : [this.header, this.filled];
    const taken = bytes.copy(into, at);
    this.filled += taken;
    if (!this.body && this.filled === HEADER) {
      if (this.header.readUInt32BE() !== MARK) throw notOurs(this.header);
      this.body = Buffer.allocUnsafeSlow(this.header.readUIntBE(4, 6) + 1);
    }
    return bytes.subarray(taken);
  }

  private afterGreeting(bytes: Buffer): Buffer {
    if (!this.before) return bytes;
    const all = Buffer.concat([this.before, bytes]);
    const at = all.indexOf(GREETING);
    this.before = at < 0 ? all.subarray(-GREETING.length) : undefined;
    return at < 0 ? all.subarray(all.length) : all.subarray(at + GREETING.length);
  }
}

const notOurs = (bytes: Buffer): Error =>
  new Error(`something else writes to its output (${JSON.stringify(bytes.toString('latin1'))})`);
