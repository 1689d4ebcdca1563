import * as z from 'zod';
import { UserError, throwIfCancelled } from '../../core/errors';
import type { AnalyzeRequest } from '../../contract/settings';
import { type Predicted, predictedOf } from '../../objective/loss/predicted';
import { openProblem } from '../preparation/open-problem';

export const predictedSchema: z.ZodType<Predicted> = z.object({
  kind: z.enum(['classes', 'numbers']),
  width: z.int().positive(),
  values: z.array(z.number()),
  targets: z.array(z.number()),
});

/**
 * What a checkpoint says of the test rows, as bias and variance take it apart.
 * @throws UserError where there are no test rows, or another loss than one cross-entropy or squared error a row.
 */
export async function predict(
  request: AnalyzeRequest,
  { signal, frugal = false }: { readonly signal: AbortSignal; readonly frugal?: boolean },
): Promise<Predicted> {
  const { objective, loss, data } = await openProblem(request, signal, { frugal });
  try {
    if (!data.test)
      throw new UserError(`${request.data} has no test rows for bias and variance: add x_test and y_test.`);
    const { outputs } = await objective.values('test', objective.origin, signal);
    throwIfCancelled(signal);
    return predictedOf(loss, outputs, data.test.labels);
  } finally {
    objective.dispose();
  }
}
