import { widenFloat16 } from '../widened-numbers';
import type { ArrowBatch, ArrowFile } from './arrow-messages';
import type { ArrowField, ArrowType } from './arrow-schema';
import type { Cell } from './cells';

/** The value in a row of a column. */
type Values = (row: number) => Cell;

/** Numbers that lists may have, in times the bits of what they lie in: they may all claim the same. */
const MOST_TIMES = 4;

/** One batch of a file, of whose columns only those asked for are read. */
export class BatchReader {
  private node = 0;
  private buffer = 0;
  /** Numbers that lists may still have. */
  private left: number;

  constructor(
    private readonly file: ArrowFile,
    private readonly batch: ArrowBatch,
  ) {
    this.left = MOST_TIMES * 8 * batch.bytes;
  }

  /**
   * The columns of these names.
   * @throws RangeError for what does not fit together, there or where a value is asked for
   */
  columns(names: readonly string[]): Values[] {
    const found = new Map<string, Values>();
    for (const field of this.file.fields)
      if (names.includes(field.name)) found.set(field.name, this.open(field, this.batch.rows));
      else this.pass(field);
    return names.map((name) => found.get(name) ?? nothing);
  }

  /** The values of a dictionary, whose batch has one column. */
  dictionary(field: ArrowField): Values {
    return this.open({ ...field, dictionary: undefined }, this.batch.rows);
  }

  private open(field: ArrowField, count: number): Values {
    const { type, children, dictionary } = field;
    const length = this.nextNode();
    if (length < count) throw new RangeError('a column is shorter than its rows');
    if (dictionary) return this.encoded(field, dictionary, length);
    if (type.kind === 'null') return nothing;
    if (type.kind === 'other') {
      this.node--;
      this.pass(field);
      return nothing;
    }
    const present = this.presence(length);
    return within(present, length, this.valuesOf(type, children, length));
  }

  private valuesOf(type: ArrowType, children: readonly ArrowField[], length: number): Values {
    switch (type.kind) {
      case 'truth': {
        const bits = this.bytes(Math.ceil(length / 8));
        return (row) => ((bits[row >> 3] >> (row & 7)) & 1) === 1;
      }
      case 'text':
      case 'bytes': {
        const extent = this.offsets(type, length);
        const data = this.bytes(0);
        return (row) => {
          const [from, to] = extent(row, data.length);
          const part = data.subarray(from, to);
          return type.kind === 'text' ? new TextDecoder().decode(part) : part;
        };
      }
      case 'list': {
        const extent = this.offsets(type, length);
        return this.lists(children, 0, (row, all) => extent(row, all));
      }
      case 'fixed-list': {
        if (!(type.size >= 0)) throw new RangeError('lists of a negative length');
        return this.lists(children, type.size * length, (row) => [row * type.size, (row + 1) * type.size]);
      }
      case 'struct': {
        const parts = children.map((child) => [child.name, this.open(child, length)] as const);
        const bytes = parts.find(([name]) => name === 'bytes')?.[1] ?? nothing;
        return (row) => ({ bytes: bytes(row) });
      }
      default:
        return this.numbers(type, length);
    }
  }

  /** Lists of one child, at the places that `extent` tells. */
  private lists(
    children: readonly ArrowField[],
    least: number,
    extent: (row: number, all: number) => readonly [number, number],
  ): Values {
    const [child] = children;
    if (!child) throw new RangeError('lists of nothing');
    const [all] = this.batch.nodes[this.node] ?? [0];
    const item = this.open(child, least);
    return (row) => {
      const [from, to] = extent(row, all);
      this.left -= to - from;
      if (this.left < 0) throw new RangeError('lists hold more numbers than there are');
      return Array.from({ length: to - from }, (_, i) => item(from + i));
    };
  }

  private numbers({ kind, bits, isSigned }: ArrowType, length: number): Values {
    const bytes = this.bytes(Math.ceil((length * bits) / 8));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const read = kind === 'float' ? FLOATS[bits] : (isSigned ? SIGNED : UNSIGNED)[bits];
    if (!read) throw new RangeError(`numbers of ${bits} bits`);
    return (row) => read(view, (row * bits) / 8);
  }

  /** Places in a dictionary, as the values there. */
  private encoded(
    field: ArrowField,
    { id, index }: NonNullable<ArrowField['dictionary']>,
    length: number,
  ): Values {
    const present = this.presence(length);
    const place = this.numbers(index, length);
    const parts = (this.file.dictionaries.get(id) ?? []).map((batch) => ({
      rows: batch.rows,
      values: new BatchReader(this.file, batch).dictionary(field),
    }));
    return within(present, length, (row) => {
      let at = Number(place(row));
      for (const { rows, values } of parts) {
        if (at >= 0 && at < rows) return values(at);
        at -= rows;
      }
      throw new RangeError('a place that is not in the dictionary');
    });
  }

  /** Which values there are; undefined for all. */
  private presence(length: number): Uint8Array | undefined {
    const [, missing] = this.batch.nodes[this.node - 1];
    const bits = this.bytes(missing === 0 ? 0 : Math.ceil(length / 8));
    return missing === 0 ? undefined : bits;
  }

  /** From where to where the values of a row lie. */
  private offsets({ isLarge }: ArrowType, length: number) {
    const bytes = this.bytes(length === 0 ? 0 : (length + 1) * (isLarge ? 8 : 4));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const at = (i: number) => (isLarge ? Number(view.getBigInt64(8 * i, true)) : view.getInt32(4 * i, true));
    return (row: number, all: number): readonly [number, number] => {
      const [from, to] = [at(row), at(row + 1)];
      if (!(from >= 0 && from <= to && to <= all)) throw new RangeError('values end behind their buffer');
      return [from, to];
    };
  }

  private nextNode(): number {
    const [length] = this.batch.nodes[this.node++] ?? [NaN];
    if (!(length >= 0)) throw new RangeError('a column lacks its length');
    return length;
  }

  /** The next buffer, which has so many bytes at least. */
  private bytes(least: number): Uint8Array {
    const [offset, length] = this.batch.buffers[this.buffer++] ?? [NaN, NaN];
    if (!(offset >= 0 && length >= least && offset + length <= this.batch.bytes))
      throw new RangeError('a buffer lies outside its message');
    return this.file.source.read(this.batch.body + offset, length);
  }

  /** Goes past a column that nobody asked for. */
  private pass({ type, children, dictionary }: ArrowField): void {
    this.node++;
    this.buffer += dictionary ? 2 : type.buffers;
    if (!dictionary) for (const child of children) this.pass(child);
  }
}

const nothing: Values = () => null;

const within =
  (present: Uint8Array | undefined, length: number, values: Values): Values =>
  (row) => {
    if (!(row < length)) throw new RangeError('a row behind the last');
    return present && ((present[row >> 3] >> (row & 7)) & 1) === 0 ? null : values(row);
  };

type Read = (view: DataView, at: number) => number | bigint;

const SIGNED: Readonly<Record<number, Read>> = {
  8: (view, at) => view.getInt8(at),
  16: (view, at) => view.getInt16(at, true),
  32: (view, at) => view.getInt32(at, true),
  64: (view, at) => view.getBigInt64(at, true),
};
const UNSIGNED: Readonly<Record<number, Read>> = {
  8: (view, at) => view.getUint8(at),
  16: (view, at) => view.getUint16(at, true),
  32: (view, at) => view.getUint32(at, true),
  64: (view, at) => view.getBigUint64(at, true),
};
const FLOATS: Readonly<Record<number, Read>> = {
  16: (view, at) => widenFloat16(Uint16Array.of(view.getUint16(at, true)))[0],
  32: (view, at) => view.getFloat32(at, true),
  64: (view, at) => view.getFloat64(at, true),
};
