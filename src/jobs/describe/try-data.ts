import type { DataTrial } from '../../contract/engine-protocol';
import type { AnalyzeRequest } from '../../contract/settings';
import type { JobContext } from '../context/context';
import { measurePoint, openProblem } from '../preparation/problem';

/** Rows that a trial takes: enough to tell a loss of a trained network from one of wrong inputs. */
const ROWS = 256;

/**
 * Whether a checkpoint can be measured on data, and how well it knows them: the loss on a few seeded rows as they go in
 * now, and where they are bytes that nothing scales, the loss with them divided by 255 beside it.
 * @throws UserError with what does not fit
 */
export async function tryData(asked: AnalyzeRequest, { signal }: JobContext): Promise<DataTrial> {
  const request: AnalyzeRequest = { ...asked, samples: ROWS, operator: 'hessian', exact: false };
  const asTheyAre = await lossOf(request, signal);
  if (!asTheyAre.unscaled) return { rows: asTheyAre.rows, loss: asTheyAre.loss };
  const scaled = await lossOf({ ...request, input: { ...request.input, scale: 1 / 255 } }, signal);
  return { rows: asTheyAre.rows, loss: asTheyAre.loss, divided: scaled.loss };
}

async function lossOf(request: AnalyzeRequest, signal: AbortSignal) {
  const problem = await openProblem(request, signal);
  try {
    const { loss, rows } = await measurePoint(problem, 'train', problem.objective.origin, signal);
    const unscaled = problem.suggestions.some(({ id }) => id === 'scale-inputs');
    return { loss: loss.value, rows, unscaled };
  } finally {
    problem.objective.dispose();
  }
}
