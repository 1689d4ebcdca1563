/** An array as NumPy has it, row after row. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array | Uint8Array | string;
}

const MAGIC = [0x93, ...[...'NUMPY'].map((letter) => letter.charCodeAt(0)), 1, 0];
/** The header ends at a multiple of this. */
const ALIGNED = 64;

/** The bytes of a `.npy` file, version 1.0 (NumPy's NEP 1): float64, booleans, or one string. */
export function npyOf({ shape, values }: NpyArray): Uint8Array {
  const characters = typeof values === 'string' ? Array.from(values) : [];
  const kind =
    typeof values === 'string'
      ? `<U${Math.max(1, characters.length)}`
      : values instanceof Float64Array
        ? '<f8'
        : '|b1';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const words = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((MAGIC.length + 2 + words.length + 1) / ALIGNED) * ALIGNED;
  const header = new Uint8Array(length).fill(' '.charCodeAt(0));
  header.set(MAGIC);
  const rest = length - MAGIC.length - 2;
  header.set([rest & 0xff, rest >> 8], MAGIC.length);
  header.set(
    Array.from(words, (letter) => letter.charCodeAt(0)),
    MAGIC.length + 2,
  );
  header[length - 1] = '\n'.charCodeAt(0);
  const data =
    typeof values === 'string'
      ? littleEndian(Math.max(1, characters.length), 4, (view, i) =>
          view.setUint32(4 * i, characters[i]?.codePointAt(0) ?? 0, true),
        )
      : values instanceof Float64Array
        ? littleEndian(values.length, 8, (view, i) => view.setFloat64(8 * i, values[i], true))
        : values;
  const file = new Uint8Array(length + data.length);
  file.set(header);
  file.set(data, length);
  return file;
}

function littleEndian(count: number, bytes: number, set: (view: DataView, i: number) => void): Uint8Array {
  const data = new Uint8Array(count * bytes);
  const view = new DataView(data.buffer);
  for (let i = 0; i < count; i++) set(view, i);
  return data;
}
