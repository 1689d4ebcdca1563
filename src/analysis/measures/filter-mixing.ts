import type { ParameterBlock } from '../../objective/programs/parameter-space';
import { type Matrix, leftFactor, product, transposedProduct } from '../linear-algebra/dense-product';
import type { Block } from '../spectrum/trace';
import type { LinearMap } from './congruent-trace';
import { sizeOf } from '../../core/size-of';

/** Where each entry of a kernel's matrix [filters, columns], row-major, stands in the parameter vector. */
function placesOf({ shape, filterAxis, offset, length }: ParameterBlock): Int32Array {
  const filters = shape[filterAxis!];
  const inner = sizeOf(shape.slice(filterAxis! + 1));
  const columns = length / filters;
  return Int32Array.from({ length }, (_, i) => {
    const filter = Math.floor(i / columns);
    const column = i % columns;
    return offset + (Math.floor(column / inner) * filters + filter) * inner + (column % inner);
  });
}

/** One kernel's share of the map: V = L R with L L' = W W'. */
interface Mixed {
  readonly places: Int32Array;
  readonly factor: Matrix;
  readonly columns: number;
  /** Its stretch of the coordinates. */
  readonly block: Block;
}

/**
 * The map from matrices R, one a kernel, to the kernels' entries V = L R, where L L' = W W' holds the inner products of the
 * filters: the trace of the Hessian in these coordinates is sum over s, s' of <w_s, w_s'> tr H_ss', kernel by kernel.
 * @param theta the parameter vector that holds the kernels' weights.
 */
export function filterMixing(
  theta: Float64Array,
  kernels: readonly ParameterBlock[],
): LinearMap & { readonly blocks: readonly Block[] } {
  const mixed: Mixed[] = [];
  let dimension = 0;
  for (const kernel of kernels) {
    const places = placesOf(kernel);
    const filters = kernel.shape[kernel.filterAxis!];
    const columns = kernel.length / filters;
    const values = Float64Array.from(places, (place) => theta[place]);
    const factor = leftFactor({ rows: filters, columns, values });
    const length = factor.columns * columns;
    mixed.push({ places, factor, columns, block: { offset: dimension, length } });
    dimension += length;
  }
  return {
    dimension,
    blocks: mixed.map(({ block }) => block),
    apply(coordinates) {
      const vector = new Float64Array(theta.length);
      for (const { places, factor, columns, block } of mixed) {
        const values = coordinates.subarray(block.offset, block.offset + block.length);
        const v = product(factor, { rows: factor.columns, columns, values });
        places.forEach((place, i) => (vector[place] = v.values[i]));
      }
      return vector;
    },
    transposed(vector) {
      const coordinates = new Float64Array(dimension);
      for (const { places, factor, columns, block } of mixed) {
        const values = Float64Array.from(places, (place) => vector[place]);
        coordinates.set(
          transposedProduct(factor, { rows: factor.rows, columns, values }).values,
          block.offset,
        );
      }
      return coordinates;
    },
  };
}
