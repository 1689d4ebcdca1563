import { zipSync } from 'fflate';

const text = (value: string) => new TextEncoder().encode(value);

/** A NumPy array file (format version 1.0): floats as `<f4`, whole numbers as `<i4`, bytes as `|u1`. */
function npy(shape: readonly number[], data: Float32Array | Int32Array | Uint8Array): Uint8Array {
  const type = data instanceof Float32Array ? '<f4' : data instanceof Int32Array ? '<i4' : '|u1';
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dims}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const head = [0x93, ...text('NUMPY'), 1, 0, padded.length & 0xff, padded.length >> 8];
  return Buffer.concat([Uint8Array.from(head), text(padded), new Uint8Array(data.buffer)]);
}

/** Values with their shape. */
export const floats = (shape: readonly number[], values: Iterable<number>) =>
  npy(shape, Float32Array.from(values));
export const integers = (shape: readonly number[], values: Iterable<number>) =>
  npy(shape, Int32Array.from(values));
export const bytes = (shape: readonly number[], values: Uint8Array) => npy(shape, values);

/** The bytes of an `.npz` with these arrays. */
export function npz(arrays: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));
}
