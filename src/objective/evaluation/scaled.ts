import { type LongVector, eachStretch } from '../../core/long-vector';

/** A vector times a factor, in a backend's own precision: float32 has half the bytes on the way to the lanes. */
export function scaled(
  vector: LongVector,
  factor: number,
  precision: 'float32' | 'float64',
): Float32Array | Float64Array {
  const { length } = vector;
  const out = precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  eachStretch([vector], ([part], begin) => {
    for (let i = 0; i < part.length; i++) out[begin + i] = part[i] * factor;
  });
  return out;
}

/** The same vector, each entry times the factor. */
export function scaleInPlace(vector: Float64Array, factor: number): Float64Array {
  for (let i = 0; i < vector.length; i++) vector[i] *= factor;
  return vector;
}
