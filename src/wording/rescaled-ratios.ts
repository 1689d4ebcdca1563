import type { Comparison } from '../contract/comparison';
import { type Figure, measureIds, measuresOf } from './comparison-figures';
import { UNDER_RESCALING, type UnderRescaling, underRescaling } from './under-rescaling';

/** A measure before and after a rescaling that leaves the function as it is. */
export interface RescaledMeasure {
  readonly id: string;
  readonly kind: UnderRescaling;
  readonly before: Figure;
  readonly after: Figure;
  /** The value after over that before: 1 is a measure that stayed. Positive and finite. */
  readonly ratio: number;
}

export interface RescaledMeasures {
  /** In the order of the tables' blocks; within a block those that moved furthest first. */
  readonly measures: readonly RescaledMeasure[];
  /** Ids of the measures without a ratio: zero, of two signs, or a bound that has not converged. */
  readonly without: readonly string[];
}

/** Is this a checkpoint beside itself rescaled? By the factor that only such a comparison has, and the one file on both sides. */
export function isRescaled({ members }: Pick<Comparison, 'members'>): boolean {
  const [saved, rescaled] = members;
  return (
    members.length === 2 &&
    saved.path === rescaled.path &&
    typeof rescaled.hyperparameters['factor'] === 'number' &&
    saved.hyperparameters['factor'] === undefined
  );
}

/** How far each measure was moved by a rescaling; nothing where both sides are not measured yet. */
export function rescaledMeasures(comparison: Pick<Comparison, 'members' | 'reports'>): RescaledMeasures {
  const { reports } = comparison;
  if (!isRescaled(comparison) || reports.length < 2) return { measures: [], without: [] };
  const [saved, rescaled] = reports.map(measuresOf);
  const measures: RescaledMeasure[] = [];
  const without: string[] = [];
  for (const id of measureIds(reports)) {
    const [before, after] = [saved.get(id), rescaled.get(id)];
    if (!before || !after) continue;
    const ratio = after.value / before.value;
    // Bounds that have not converged say nothing of how far the number itself has moved.
    const known = before.converged !== false && after.converged !== false;
    if (known && ratio > 0 && Number.isFinite(ratio))
      measures.push({ id, kind: underRescaling(id, before.invariant), before, after, ratio });
    else without.push(id);
  }
  const place = ({ kind }: RescaledMeasure) => UNDER_RESCALING.indexOf(kind);
  const far = ({ ratio }: RescaledMeasure) => Math.abs(Math.log(ratio));
  return { measures: measures.sort((a, b) => place(a) - place(b) || far(b) - far(a)), without };
}
