const BYTES = 8;

/** Numbers as text: float64, little-endian, in base64. */
export function base64Of(values: Float64Array): string {
  const bytes = Buffer.alloc(BYTES * values.length);
  values.forEach((value, i) => bytes.writeDoubleLE(value, BYTES * i));
  return bytes.toString('base64');
}

/** The numbers of such a text. */
export function float64Of(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  return Float64Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, i) =>
    bytes.readDoubleLE(BYTES * i),
  );
}
