import type { AnalyzeRequest } from '../../contract/settings';
import type { JobContext } from '../context/context';
import { contentIfKnown } from './content';
import { leftProblem } from './left-problem';
import { openProblem } from './open-problem';
import type { Problem } from './problem';

/** The problem that an estimate of the same request has left, where its files have not changed since, else a new one. */
export async function openOrTake(
  request: AnalyzeRequest,
  context: Pick<JobContext, 'signal' | 'frugal'>,
): Promise<Problem> {
  const { signal, frugal } = context;
  if (!frugal && leftProblem.isThere) {
    const left = leftProblem.take(await contentIfKnown(request, signal));
    left?.objective.restart(signal);
    if (left) return left;
  }
  return openProblem(request, signal, context);
}
