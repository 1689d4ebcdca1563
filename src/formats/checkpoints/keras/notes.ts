import type { ModelDescription } from './description';
import { firstDivergedLayer } from './weights';

/** Notes on weights that were read: what was converted, and weights that training has ruined. */
export function weightNotes(model: ModelDescription): string[] {
  const diverged = firstDivergedLayer(model);
  return diverged === undefined
    ? []
    : [`Layer ${diverged} holds NaN or infinite weights: the training diverged.`];
}
