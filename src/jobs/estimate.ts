import type { CostEstimate } from '../shared/engine-protocol';
import type { AnalyzeRequest, InterpolateRequest } from '../shared/settings';
import type { JobContext } from './context';
import { estimateLine } from './estimate-line';
import { measureCost } from './measured-cost';
import { type Problem, openProblem } from './problem';
import { productsOf, secondsOf, stagesOf, withinBudget, workSize } from './work-estimate';

/** How long an analysis or interpolation would take, from a few products or passes timed on the real data. */
export async function estimate(
  request: AnalyzeRequest | InterpolateRequest,
  { signal }: JobContext,
): Promise<CostEstimate> {
  if ('other' in request) return estimateLine(request, signal);
  const started = performance.now();
  const problem = await openProblem(request, signal);
  try {
    // The analysis opens the same files and the same lanes.
    return await estimateOf(problem, request, (performance.now() - started) / 1000, signal);
  } finally {
    problem.objective.dispose();
  }
}

/** The same for a problem that is open already, which took so many seconds. */
export async function estimateOf(
  problem: Pick<Problem, 'objective' | 'data'>,
  request: AnalyzeRequest,
  opening: number,
  signal?: AbortSignal,
): Promise<CostEstimate> {
  const { objective } = problem;
  const size = workSize(problem);
  const cost = await measureCost(objective, request.operator, objective.origin, signal);
  // What would be left out to fit the budget is left out here too.
  const stages = stagesOf(withinBudget(request, size, cost).request, size, cost);
  return {
    seconds: opening + secondsOf(stages),
    hvps: productsOf(stages),
    hvpMilliseconds: cost.single,
    peakMemoryBytes: objective.cost.peakMemoryBytes,
    rows: objective.rows,
  };
}
