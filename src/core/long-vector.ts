/** Components in either precision; arithmetic on them is in float64. */
export type Vector = Float64Array | Float32Array;

/** A vector that rests in a file, in float32, and is read and written a stretch at a time. */
export interface StoredVector {
  readonly length: number;
  /** A copy of the components [begin, end). */
  read(begin: number, end: number): Float32Array;
  write(begin: number, part: Vector): void;
  /** Gives its place to others: it is not read again. */
  release(): void;
}

/** A vector wherever it is. */
export type LongVector = Vector | StoredVector;

/** Components of each stored vector that are in memory at a time: a megabyte. */
const STRETCH = 2 ** 18;

export const isStored = (vector: LongVector): vector is StoredVector => !ArrayBuffer.isView(vector);

/** The components [begin, end), where they are or as a copy. */
export const stretchOf = (vector: LongVector, begin: number, end: number): Vector =>
  isStored(vector) ? vector.read(begin, end) : vector.subarray(begin, end);

/**
 * Visits vectors of one length side by side, the components [begin, end): all at once where they are in memory, else a
 * stretch at a time.
 * @param visit gets each vector's part, and where it begins.
 */
export function eachStretch(
  vectors: readonly LongVector[],
  visit: (parts: readonly Vector[], begin: number) => void,
  begin = 0,
  end = vectors[0]?.length ?? 0,
): void {
  const step = vectors.some(isStored) ? STRETCH : Math.max(1, end - begin);
  for (let from = begin; from < end; from += step) {
    const to = Math.min(from + step, end);
    visit(
      vectors.map((vector) => stretchOf(vector, from, to)),
      from,
    );
  }
}

/** A copy in memory, in float64. */
export function copied(vector: LongVector): Float64Array {
  const all = new Float64Array(vector.length);
  eachStretch([vector], ([part], begin) => all.set(part, begin));
  return all;
}

/** The vector in memory: itself where it is there in float64, else a copy. */
export const loaded = (vector: LongVector): Float64Array =>
  vector instanceof Float64Array ? vector : copied(vector);

/** Its place may be used by others, where it has one. */
export function released(vector: LongVector): void {
  if (isStored(vector)) vector.release();
}
