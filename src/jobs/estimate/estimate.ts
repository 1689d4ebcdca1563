import type { CostEstimate } from '../../contract/engine-protocol';
import type { AnalyzeRequest, InterpolateRequest } from '../../contract/settings';
import type { JobContext } from '../context/context';
import { estimateLine } from './estimate-line';
import { type MeasuredCost, measureCost } from '../analyze/measured-cost';
import { beginLanes } from '../../lanes/open';
import { emptyReport } from '../preparation/begun-report';
import { contentIfKnown } from '../preparation/content';
import { leftProblem } from '../preparation/left-problem';
import { measurePoint } from '../preparation/measure-point';
import type { Problem } from '../preparation/problem';
import { openProblem } from '../preparation/open-problem';
import { productsOf, secondsOf } from '../analyze/planned-stage';
import { workSize } from '../analyze/stages/stage';
import { stagesOf } from '../analyze/stages/table';
import { countOf, fewerRows } from '../../core/asked-rows';

/** Rows on which products are timed at first: large networks take minutes for one on all. */
const FEW_ROWS = 512;
/** So many rows are read in no time to speak of, beside what a network that is analyzed on them takes. */
const SOON_READ = 4096;
/** Products that a timing takes, compiling among them, and how long it may be on all rows. */
const TIMED = 12;
const TIMING_MILLISECONDS = 4000;

/**
 * How long an analysis or interpolation would take, from a few products or passes timed on the real data: on few of the
 * rows and in proportion, or where that takes no time on all of them. What is opened for it is left to the run.
 */
export async function estimate(
  request: AnalyzeRequest | InterpolateRequest,
  context: JobContext,
): Promise<CostEstimate> {
  if ('other' in request) return estimateLine(request, context.signal);
  await beginLanes();
  if (askedRows(request) <= SOON_READ) return opened(request, request, context);
  const rough = await opened(request, { ...request, ...fewerRows(request, FEW_ROWS) }, context);
  const isCheap = rough.hvpMilliseconds * TIMED < TIMING_MILLISECONDS;
  return rough.rows > FEW_ROWS && isCheap ? opened(request, request, context) : rough;
}

/** The most rows that a request can mean. */
const askedRows = ({ samples, defaultRows = Infinity }: AnalyzeRequest): number =>
  samples === undefined ? defaultRows : countOf(samples);

/**
 * The estimate of a request from the rows of another that differs in these alone. Where these are its own its loss is
 * shown, and the problem left for the run.
 */
async function opened(
  request: AnalyzeRequest,
  taken: AnalyzeRequest,
  { signal, partial }: JobContext,
): Promise<CostEstimate> {
  const content = taken === request ? await contentIfKnown(request, signal) : undefined;
  const started = performance.now();
  const problem = await openProblem(taken, signal);
  try {
    const { selection, objective } = problem;
    const more = Math.min(askedRows(request), selection.total) / selection.rows.length;
    // The analysis opens the same files and the same lanes.
    const opening = (performance.now() - started) / 1000;
    if (taken === request) {
      const train = await measurePoint(problem, 'train', objective.origin, signal);
      if (Number.isFinite(train.loss.value))
        partial({ ...emptyReport('analysis', request, problem), loss: { train } });
    }
    const estimated = await estimateOf(problem, request, { opening, signal, more });
    if (content === undefined) objective.dispose();
    else leftProblem.leave(content, problem);
    return estimated;
  } catch (error) {
    problem.objective.dispose();
    throw error;
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
  const cost = times(await costOf(problem, request, signal), more);
  const stages = stagesOf(request, size, cost);
  return {
    seconds: opening + secondsOf(stages),
    hvps: productsOf(stages),
    hvpMilliseconds: cost.single,
    peakMemoryBytes: objective.cost.peakMemoryBytes,
    rows: Math.round(objective.rows * more),
    parameters: objective.parameters.dimension,
  };
}

/** What the parts of an analysis cost over the rows of a problem, from few of them or from all. */
async function costOf(
  { objective }: Pick<Problem, 'objective'>,
  { operator }: AnalyzeRequest,
  signal: AbortSignal | undefined,
): Promise<MeasuredCost> {
  const few = objective.rows > FEW_ROWS ? objective.leading(FEW_ROWS) : objective;
  const share = objective.rows / few.rows;
  const rough = await measureCost(few, operator, objective.origin, signal);
  if (share === 1 || share * rough.single * TIMED >= TIMING_MILLISECONDS) return times(rough, share);
  const { compileSingle, compileFour } = rough;
  return {
    ...(await measureCost(objective, operator, objective.origin, signal)),
    compileSingle,
    compileFour,
  };
}
