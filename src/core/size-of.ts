/** How many elements a tensor of this shape has: 1 of a scalar's, `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
