import type { CostEstimate } from '../../contract/engine-protocol';
import type { CurveChoices } from '../../contract/curve';
import type { InterpolateRequest } from '../../contract/settings';
import { openProblem } from '../preparation/open-problem';
import { measurePoint } from '../preparation/measure-point';

/** A pass this long is not made longer by compiling. */
const LONG_MILLISECONDS = 2000;

/** A gradient takes about so many passes forward over the same rows. */
const PASSES = 3;

/** Passes forward over so many rows that the search of a curve takes. */
const passesOf = ({ steps, batch }: CurveChoices, rows: number): number =>
  (PASSES * steps * Math.min(batch, rows)) / rows;

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
    // Both ends are measured by themselves; with a curve it and the line are measured once more.
    const points = request.points + 2 + (request.curve ? 2 * request.points : 0);
    const search = request.curve ? passesOf(request.curve, objective.rows) : 0;
    return {
      seconds: ((points + search) * milliseconds) / 1000,
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
