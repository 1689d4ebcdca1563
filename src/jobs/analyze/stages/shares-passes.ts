import { measuresAsked } from '../../../analysis/measures/registry';
import { densityProbes } from '../../../analysis/spectrum/density';
import type { AnalyzeRequest } from '../../../contract/settings';
import { LARGE } from '../../../core/large';
import { ANYWAY } from '../float64';
import type { WorkSize } from './stage';

/** Whether anything in an analysis multiplies several vectors in one pass: the search for the largest eigenvalues does not, nor a probe alone. */
export function sharesPasses(request: AnalyzeRequest, { parameters }: WorkSize): boolean {
  if (parameters > LARGE) return false;
  const { trace, layers, density, exact, operators, bottom, measures } = request;
  return (
    parameters <= ANYWAY ||
    trace ||
    layers !== 'off' ||
    (density && densityProbes(parameters) > 1) ||
    exact ||
    operators ||
    bottom > 1 ||
    measuresAsked(measures).length > 0
  );
}
