import type { CostEstimate } from '../../contract/engine-protocol';
import type { AnalyzeRequest, InterpolateRequest } from '../../contract/settings';
import type { JobContext } from '../context/context';
import { estimateLine } from './estimate-line';
import { type MeasuredCost, measureCost } from '../analyze/measured-cost';
import type { Problem } from '../preparation/problem';
import { openProblem } from '../preparation/open-problem';
import { productsOf, secondsOf } from '../analyze/planned-stage';
import { workSize } from '../analyze/stages/stage';
import { stagesOf } from '../analyze/stages/table';
import { countOf, fewerRows } from '../../core/asked-rows';

/** Rows on which products are timed at first: large networks take minutes for one on all. */
const FEW_ROWS = 512;
/** Products that a timing takes, compiling among them, and how long it may be on all rows. */
const TIMED = 12;
const TIMING_MILLISECONDS = 4000;

/**
 * How long an analysis or interpolation would take, from a few products or passes timed on the real data: on few of the
 * rows and in proportion, or where that takes no time on all of them.
 */
export async function estimate(
  request: AnalyzeRequest | InterpolateRequest,
  { signal }: JobContext,
): Promise<CostEstimate> {
  if ('other' in request) return estimateLine(request, signal);
  const few = { ...request, ...fewerRows(request, FEW_ROWS) };
  const rough = await timed(request, few, signal);
  const more = rough.estimate.rows / rough.timedRows;
  const allAtOnce = rough.estimate.hvpMilliseconds * TIMED;
  return more > 1 && allAtOnce < TIMING_MILLISECONDS
    ? (await timed(request, request, signal)).estimate
    : rough.estimate;
}

/** The estimate of a request from the rows of another that differs in these alone. */
async function timed(
  request: AnalyzeRequest,
  few: AnalyzeRequest,
  signal: AbortSignal,
): Promise<{ estimate: CostEstimate; timedRows: number }> {
  const started = performance.now();
  const problem = await openProblem(few, signal);
  try {
    const { selection } = problem;
    const { samples, defaultRows = Infinity } = request;
    const asked = samples === undefined ? defaultRows : countOf(samples);
    const more = Math.min(asked, selection.total) / selection.rows.length;
    // The analysis opens the same files and the same lanes.
    const opening = (performance.now() - started) / 1000;
    return {
      estimate: await estimateOf(problem, request, { opening, signal, more }),
      timedRows: selection.rows.length,
    };
  } finally {
    problem.objective.dispose();
  }
}

/** What takes a pass over the rows takes so many times as long over more of them; compiling does not. */
const times = (cost: MeasuredCost, more: number): MeasuredCost => ({
  ...cost,
  single: cost.single * more,
  ofFour: cost.ofFour * more,
  value: cost.value * more,
});

/** The same for a problem that is open already, which took so many seconds, with so many times its rows. */
export async function estimateOf(
  problem: Pick<Problem, 'objective' | 'data'>,
  request: AnalyzeRequest,
  {
    opening,
    signal,
    more = 1,
  }: { readonly opening: number; readonly signal?: AbortSignal; readonly more?: number },
): Promise<CostEstimate> {
  const { objective } = problem;
  const size = workSize(problem);
  const cost = await measureCost(objective, request.operator, objective.origin, signal);
  const stages = stagesOf(request, size, times(cost, more));
  return {
    seconds: opening + secondsOf(stages),
    hvps: productsOf(stages),
    hvpMilliseconds: cost.single * more,
    peakMemoryBytes: objective.cost.peakMemoryBytes,
    rows: Math.round(objective.rows * more),
    parameters: objective.parameters.dimension,
  };
}
