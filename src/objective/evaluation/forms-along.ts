import type { OperatorName } from '../../contract/vocabulary';
import type { LongVector } from '../../core/long-vector';
import { norm } from '../../core/vectors';
import type { Objective } from './objective';
import type { Point } from './objective-types';
import { scaled } from './scaled';

/**
 * v'Mv with a curvature matrix of the mean training loss for each vector v [parameters], by derivatives of the rows' losses
 * along it: about half of what a product costs, and no vector comes back.
 *
 * @throws CancelledError
 */
export async function formsAlong(
  objective: Pick<Objective, 'along' | 'backend' | 'rows'>,
  { operator, point }: { readonly operator: OperatorName; readonly point: Point },
  vectors: readonly LongVector[],
  signal?: AbortSignal,
): Promise<number[]> {
  const { backend, rows } = objective;
  const forms: number[] = [];
  for (const vector of vectors) {
    // At length 1, as products are taken.
    const length = norm(vector) || 1;
    const unit = scaled(vector, 1 / length, backend.precision);
    const ofRows = await objective.along(operator, point, unit, signal);
    forms.push((ofRows.reduce((sum, own) => sum + own, 0) / rows) * length ** 2);
  }
  return forms;
}
