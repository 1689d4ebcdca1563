import type { TensorData } from '../../backends/backend';
import type { HeldColumn } from './protocol';

/** The training rows as the programs take them, in the backend's precision: a batch is a few copies. */
export class HeldRows {
  private readonly held: readonly (HeldColumn & { readonly data: TensorData })[];

  constructor(
    rows: number,
    private readonly columns: readonly HeldColumn[],
    private readonly floats: (length: number) => Float32Array | Float64Array,
  ) {
    this.held = columns.map((column) => ({ ...column, data: this.array(column, rows) }));
  }

  /** Takes rows over from `from` on. */
  fill(from: number, values: readonly TensorData[]): void {
    this.held.forEach(({ data, width }, i) => data.set(values[i], from * width));
  }

  /** Memory for a batch of this many rows, by the ports of a program. */
  buffers(rows: number): Record<string, TensorData> {
    return Object.fromEntries(this.columns.map((column) => [column.port, this.array(column, rows)]));
  }

  /** Copies rows into the memory of a batch of `count`; those past the list repeat its first. */
  cut(rows: Int32Array, count: number, into: (port: string) => TensorData): void {
    for (const { port, width, data } of this.held) {
      const batch = into(port);
      for (let i = 0; i < count; i++) {
        const row = rows[i < rows.length ? i : 0];
        if (width === 1) batch[i] = data[row];
        else batch.set(data.subarray(row * width, (row + 1) * width), i * width);
      }
    }
  }

  private array({ width, dtype }: HeldColumn, rows: number): TensorData {
    return dtype === 'int32' ? new Int32Array(rows * width) : this.floats(rows * width);
  }
}
