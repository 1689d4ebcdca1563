/** A point of a run in float64. */
export interface RunPoint {
  readonly theta: Float64Array;
  readonly state: Float64Array;
}

export const widened = (values: Float32Array | Float64Array): Float64Array => Float64Array.from(values);

/** Euclidean. */
export function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}
