import type { AttributesByOp, Op } from '../../autodiff/graph';
import type { Shape } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';

/** A value of the reference backend: float64 (or int32 indices), row-major. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float64Array | Int32Array;
}

/** Computes one operation into a new array of the output's size, by the plainest loops that are right. */
export type Kernel<O extends Op> = (
  inputs: readonly Tensor[],
  attributes: AttributesByOp[O],
  shape: Shape,
) => Float64Array | Int32Array;

/** Calls `visit` with each index of `shape` in row-major order; the array is reused. */
export function forEachIndex(shape: Shape, visit: (index: number[], position: number) => void): void {
  const size = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let position = 0; position < size; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
}

/** How a shape lies in an array: where its first element is, and how far apart neighbours along each axis are. */
export interface View {
  readonly start: number;
  readonly strides: readonly number[];
}

/** Calls `visit` for each run of a shape's last axis, in row-major order, with the places of its first element in two views. */
export function forEachRun(shape: Shape, a: View, b: View, visit: (atA: number, atB: number) => void): void {
  const outer = shape.slice(0, -1);
  const runs = sizeOf(outer);
  const index = new Array<number>(outer.length).fill(0);
  let [atA, atB] = [a.start, b.start];
  for (let run = 0; run < runs; run++) {
    visit(atA, atB);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      atA += a.strides[axis];
      atB += b.strides[axis];
      if (++index[axis] < outer[axis]) break;
      atA -= outer[axis] * a.strides[axis];
      atB -= outer[axis] * b.strides[axis];
      index[axis] = 0;
    }
  }
}
