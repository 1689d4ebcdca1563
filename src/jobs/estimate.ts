import type { CostEstimate } from '../shared/engine-protocol';
import type { AnalyzeRequest } from '../shared/settings';
import type { JobContext } from './context';
import { openProblem } from './problem';
import { measureCost, secondsOf, stagesOf, withinBudget } from './work-estimate';

/** How long an analysis would take, from a few products timed on the real data. */
export async function estimate(request: AnalyzeRequest, { signal }: JobContext): Promise<CostEstimate> {
  const problem = await openProblem(request, signal);
  try {
    const { objective } = problem;
    const cost = await measureCost(objective, request.operator, objective.origin, signal);
    const { blocks, dimension } = objective.parameters;
    // What would be left out to fit the budget is left out here too.
    const fitted = withinBudget(request, blocks.length, dimension, cost).request;
    const stages = stagesOf(fitted, blocks.length, dimension);
    return {
      seconds: secondsOf(stages, cost),
      hvps: Math.round(stages.reduce((sum, { work }) => sum + work, 0)),
      hvpMilliseconds: cost.single,
      peakMemoryBytes: objective.cost.peakMemoryBytes,
      rows: objective.rows,
    };
  } finally {
    problem.objective.dispose();
  }
}
