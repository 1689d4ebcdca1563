import { estimateOverRows } from '../sampling';
import type { MeasureContext, MeasureDefinition, MeasureResult } from './measure';

/**
 * The Fisher-Rao norm of the parameters as Liang et al. (2019) square it: theta' F theta with the exact Fisher matrix of
 * the model, whose labels are drawn from its own predictions. F is the mean over rows of each row's Gauss-Newton matrix
 * (Martens 2020, section 9.2), so the value is a mean over rows and its error comes from the spread of them.
 */
async function run(context: MeasureContext): Promise<MeasureResult> {
  if (!context.hasFisher)
    return {
      measures: [],
      notes: ['The exact Fisher matrix is not defined for this loss, so fisher-rao is left out.'],
    };
  const { value, standardError, reason } = estimateOverRows(
    await context.along('fisher', context.origin.theta),
  );
  return {
    measures: [
      {
        id: 'fisher-rao',
        value,
        standardError,
        settings: { fisher: 'exact', tensors: 'all', error: 'over rows' },
        invariant: true,
        note: ['θᵀFθ, F the exact Fisher matrix of the model (Liang et al. 2019).', reason]
          .filter(Boolean)
          .join(' '),
      },
    ],
  };
}

export const fisherRao: MeasureDefinition = { ids: ['fisher-rao'], work: () => 1, run };
