import type { CostEstimate } from '../../contract/engine-protocol';
import type { InterpolateRequest } from '../../contract/settings';
import { openProblem } from '../preparation/open-problem';
import { measurePoint } from '../preparation/measure-point';

/** A pass this long is not made longer by compiling. */
const LONG_MILLISECONDS = 2000;

/** How long an interpolation would take: a pass forward over the rows of train and test at each of its points. */
export async function estimateLine(request: InterpolateRequest, signal: AbortSignal): Promise<CostEstimate> {
  const problem = await openProblem(request, signal);
  const { objective, data } = problem;
  const pass = async () => {
    const started = performance.now();
    await measurePoint(problem, 'train', objective.origin, signal);
    if (objective.hasTest) await measurePoint(problem, 'test', objective.origin, signal);
    return performance.now() - started;
  };
  try {
    const first = await pass();
    // The first pass compiles.
    const milliseconds = first > LONG_MILLISECONDS ? first : await pass();
    // Both ends are measured by themselves.
    const points = request.points + 2;
    return {
      seconds: (points * milliseconds) / 1000,
      hvps: 0,
      hvpMilliseconds: 0,
      points,
      peakMemoryBytes: objective.cost.peakMemoryBytes,
      rows: objective.rows + (data.test?.rows ?? 0),
      parameters: objective.parameters.dimension,
    };
  } finally {
    objective.dispose();
  }
}
