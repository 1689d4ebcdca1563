import { gaussian, streams } from '../spectrum/probes';
import { sizeOf } from '../../core/size-of';

/** What filter normalization needs to know of a tensor of the parameter vector. */
export interface DirectionTensor {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
  readonly role: string;
  /** The axis that counts output filters or neurons (the last of a Keras kernel). Without it: one filter. */
  readonly filterAxis?: number;
}

/** Tensors that filter normalization leaves still: they do not scale with a filter. */
const still = new Set(['bias', 'norm']);

/**
 * A random direction with each filter scaled to the norm of the weights' filter, d_f |w_f| / |d_f|, and zero on
 * biases and norm parameters (Li et al. 2018, section 4), so that one unit of it means the same in networks
 * whose layers are scaled differently. `index` tells directions of one seed apart.
 */
export function filterNormalizedDirection(
  parameters: Float64Array,
  tensors: readonly DirectionTensor[],
  seed: number,
  index = 0,
): Float64Array {
  const direction = gaussian(parameters.length, seed, streams.sliceDirection + index);
  for (const { offset, length, role, shape, filterAxis } of tensors) {
    const own = direction.subarray(offset, offset + length);
    if (still.has(role)) {
      own.fill(0);
      continue;
    }
    const filters = filterAxis === undefined ? 1 : shape[filterAxis];
    const stride = filterAxis === undefined ? length : sizeOf(shape.slice(filterAxis + 1));
    const filterOf = (i: number) => Math.floor(i / stride) % filters;
    const weights = squaredNorms(parameters.subarray(offset, offset + length), filters, filterOf);
    const drawn = squaredNorms(own, filters, filterOf);
    for (let i = 0; i < length; i++) {
      const filter = filterOf(i);
      own[i] *= Math.sqrt(weights[filter] / drawn[filter]);
    }
  }
  return direction;
}

function squaredNorms(values: Float64Array, filters: number, filterOf: (i: number) => number): Float64Array {
  const sums = new Float64Array(filters);
  values.forEach((value, i) => (sums[filterOf(i)] += value * value));
  return sums;
}
