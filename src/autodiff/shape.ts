/** The extents of a tensor's axes, outermost first; row-major. Every shape in a graph is known, batch axis included. */
export type Shape = readonly number[];

/** More numbers than a table that a network's own sizes ask for needs: half a gigabyte. */
const MOST_CLAIMED = 2 ** 26;

/**
 * Room for as many numbers, or parts, as the sizes in a file ask for, which may be any: for `Array.from` and the like, before
 * anything is made.
 * @throws ShapeError where they are more than any network needs.
 */
export function claimed(length: number): { readonly length: number } {
  if (length <= MOST_CLAIMED) return { length };
  throw new ShapeError(
    `it asks for a table of ${length} numbers, which needs about ${(length * 8e-9).toPrecision(2)} GB of memory`,
  );
}

/** Are the extents of all axes the same? */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** `[2, 3]` as people write it. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Is one shape the other but for axes of extent 1? Their numbers then stand in one order. */
export function sameLong(a: Shape, b: Shape): boolean {
  const long = (shape: Shape) => shape.filter((extent) => extent !== 1).join();
  return long(a) === long(b);
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** The shape both broadcast to by NumPy's rule. Throws when they do not. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new ShapeError(`${shapeText(a)} and ${shapeText(b)} do not broadcast`);
    return left === 1 ? right : left;
  });
}

/** The permutation that undoes `permutation`. */
export function inversePermutation(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((from, to) => (inverse[from] = to));
  return inverse;
}

/** Axes counted from the end made positive, sorted. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  const normalized = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  normalized.forEach((axis, i) => {
    if (axis < 0 || axis >= rank || axis === normalized[i - 1])
      throw new ShapeError(`axes ${shapeText(axes)} do not fit rank ${rank}`);
  });
  return normalized;
}

/** A primitive was given shapes it does not take. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** What is asked for is not supported, be the shapes as they may. */
export class UnsupportedError extends ShapeError {}
