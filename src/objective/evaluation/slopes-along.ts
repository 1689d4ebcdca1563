import { LARGE } from '../../core/large';
import type { LongVector } from '../../core/long-vector';
import type { Objective } from './objective';
import type { Point } from './objective-types';

/** Vectors that share a pass, and with it all that does not depend on the vector. */
const A_PASS = 3;

/**
 * g_i.v of every training row for each vector v [parameters]: derivatives of the rows' losses along it.
 *
 * @param vectors made as they are taken; of large networks one at a time.
 * @throws CancelledError
 */
export async function slopesAlong(
  objective: Pick<Objective, 'slopes' | 'parameters'>,
  point: Point,
  vectors: Iterable<LongVector>,
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  const most = objective.parameters.dimension > LARGE ? 1 : A_PASS;
  const slopes: Float64Array[] = [];
  let taken: LongVector[] = [];
  for (const vector of vectors) {
    taken.push(vector);
    if (taken.length < most) continue;
    slopes.push(...(await objective.slopes(point, taken, signal)));
    taken = [];
  }
  if (taken.length > 0) slopes.push(...(await objective.slopes(point, taken, signal)));
  return slopes;
}
