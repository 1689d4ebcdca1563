/** Bounds of every variable. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The nearest point in the box, a new vector. */
export function clip(point: Float64Array, { lower, upper }: Box): Float64Array {
  return point.map((value, i) => Math.min(upper[i], Math.max(lower[i], value)));
}

/** The largest component of the step to where the negative gradient, followed to the box's edge, leads. */
export function projectedGradientSize(point: Float64Array, gradient: Float64Array, box: Box): number {
  let size = 0;
  for (let i = 0; i < point.length; i++) {
    const room = gradient[i] < 0 ? box.upper[i] - point[i] : point[i] - box.lower[i];
    size = Math.max(size, Math.min(room, Math.abs(gradient[i])));
  }
  return size;
}
