import { norm } from '../../core/vectors';
import { mean } from '../statistics';
import type { MeasureContext } from './measure';

/** How many times what rounding leaves at least a gradient must be, to point anywhere. */
const MARGIN = 8;

/**
 * Is the gradient no more than what rounding leaves of the rows' gradients, which cancel in the mean? A mean of numbers of
 * size s in n components is rounded by about epsilon s √n in norm; s is how long the rows' gradients are along it.
 *
 * @throws CancelledError
 */
export async function gradientIsRounding({
  gradient,
  directional,
  precision,
}: Pick<MeasureContext, 'gradient' | 'directional' | 'precision'>): Promise<boolean> {
  const length = norm(gradient);
  if (length === 0) return true;
  const { first } = await directional(gradient.map((slope) => slope / length));
  const size = mean(first.map(Math.abs));
  const epsilon = precision === 'float32' ? 2 ** -24 : 2 ** -53;
  return length <= MARGIN * epsilon * Math.sqrt(gradient.length) * size;
}
