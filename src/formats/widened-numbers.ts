// In loops: `from` with a function goes through an iterator, number by number, and takes ten times as long or more.

let table: Float32Array | undefined;

/** IEEE 754 half precision (little-endian 16-bit patterns), widened. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  const values = (table ??= Float32Array.from({ length: 1 << 16 }, (_, pattern) => widened(pattern)));
  const wide = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = values[bits[i]];
  return wide;
}

function widened(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const fraction = pattern & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * 2 ** (exponent - 25) * (0x400 + fraction);
}

/** bfloat16, the upper half of a float32, widened. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i] << 16;
  return new Float32Array(wide.buffer);
}

/** Integers of 64 bits as floats; beyond 2^53 the nearest ones. */
export function floatsOf(integers: BigInt64Array | BigUint64Array): Float64Array {
  const floats = new Float64Array(integers.length);
  for (let i = 0; i < integers.length; i++) floats[i] = Number(integers[i]);
  return floats;
}
