/** A growing run of little-endian bytes. */
export class ByteRun {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  /** A whole number of `size` bytes. */
  int(value: number, size: 1 | 2 | 4 | 8): this {
    const part = new Uint8Array(size);
    const view = new DataView(part.buffer);
    if (size === 1) view.setUint8(0, value);
    else if (size === 2) view.setUint16(0, value, true);
    else if (size === 4) view.setUint32(0, value, true);
    else view.setBigUint64(0, BigInt(value), true);
    return this.bytes(part);
  }

  bytes(part: Uint8Array | readonly number[]): this {
    const bytes = part instanceof Uint8Array ? part : Uint8Array.from(part);
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  text(value: string): this {
    return this.bytes(new TextEncoder().encode(value));
  }

  /** Zeros up to the next multiple of `size`. */
  align(size: number): this {
    return this.bytes(new Uint8Array((size - (this.length % size)) % size));
  }

  toBytes(): Uint8Array {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
