/**
 * A table of FlatBuffers, whose fields are found by their place in the schema.
 * @see https://flatbuffers.dev/internals
 * Whatever points outside the bytes ends in the RangeError of `DataView`.
 */
export class FlatTable {
  private constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  /** The table that a buffer is of. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where a field stands; undefined where it was left out. */
  private place(field: number): number | undefined {
    const table = this.at - this.view.getInt32(this.at, true);
    const entry = 4 + 2 * field;
    if (entry >= this.view.getUint16(table, true)) return undefined;
    const offset = this.view.getUint16(table + entry, true);
    return offset === 0 ? undefined : this.at + offset;
  }

  private target(field: number): number | undefined {
    const place = this.place(field);
    return place === undefined ? undefined : place + this.view.getUint32(place, true);
  }

  byte(field: number): number {
    const place = this.place(field);
    return place === undefined ? 0 : this.view.getUint8(place);
  }

  int16(field: number): number {
    const place = this.place(field);
    return place === undefined ? 0 : this.view.getInt16(place, true);
  }

  int32(field: number): number {
    const place = this.place(field);
    return place === undefined ? 0 : this.view.getInt32(place, true);
  }

  /** @returns NaN for one that no double holds. */
  int64(field: number): number {
    const place = this.place(field);
    return place === undefined ? 0 : safe(this.view.getBigInt64(place, true));
  }

  table(field: number): FlatTable | undefined {
    const target = this.target(field);
    return target === undefined ? undefined : new FlatTable(this.view, target);
  }

  text(field: number): string {
    const target = this.target(field);
    if (target === undefined) return '';
    const { buffer, byteOffset, byteLength } = this.view;
    const length = this.view.getUint32(target, true);
    if (target + 4 + length > byteLength) throw new RangeError('a text ends behind its buffer');
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + target + 4, length));
  }

  tables(field: number): FlatTable[] {
    return this.elements(field, 4).map((at) => new FlatTable(this.view, at + this.view.getUint32(at, true)));
  }

  /** A vector of structs of two 64-bit numbers. */
  pairs(field: number): [number, number][] {
    return this.elements(field, 16).map((at) => [
      safe(this.view.getBigInt64(at, true)),
      safe(this.view.getBigInt64(at + 8, true)),
    ]);
  }

  private elements(field: number, size: number): number[] {
    const target = this.target(field);
    if (target === undefined) return [];
    const count = this.view.getUint32(target, true);
    if (target + 4 + count * size > this.view.byteLength)
      throw new RangeError('a vector ends behind its buffer');
    return Array.from({ length: count }, (_, i) => target + 4 + i * size);
  }
}

const safe = (value: bigint): number => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : NaN;
};
