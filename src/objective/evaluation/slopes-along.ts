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
  objective: Pick<Objective, 'slopes' | 'parameters' | 'resting'>,
  point: Point,
  vectors: Iterable<LongVector>,
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  const { dimension } = objective.parameters;
  const most = dimension > LARGE ? 1 : A_PASS;
  const source = vectors[Symbol.iterator]();
  const slopes: Float64Array[] = [];
  for (;;) {
    const taken = takeFrom(source, most);
    if (taken.length === 0) return slopes;
    slopes.push(...(await objective.slopes(point, taken, signal)));
    // Given back before the next are made: each may take a gigabyte.
    taken.length = 0;
    objective.resting.tidy(dimension);
  }
}

function takeFrom(source: Iterator<LongVector>, most: number): LongVector[] {
  const taken: LongVector[] = [];
  while (taken.length < most) {
    const next = source.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
