import { analyzeOpened } from '../../src/jobs/analyze/analyze';
import type { JobContext } from '../../src/jobs/context/context';
import { estimateOf } from '../../src/jobs/estimate/estimate';
import type { Problem } from '../../src/jobs/preparation/problem';
import { chooseLoss } from '../../src/objective/loss/choose-loss';
import { NO_SCALING } from '../../src/objective/data/split';
import type { Objective } from '../../src/objective/evaluation/objective';
import { selectRows } from '../../src/objective/data/samples';
import { analyzeRequestSchema } from '../../src/contract/settings';
import type { BenchNetwork } from './network';

/** Seconds that an analysis was said to take before it began, then once its checks were done, and what it took. */
export interface Estimated {
  readonly before: number;
  readonly announced: number;
  readonly took: number;
}

/** An analysis with the usual settings but for the density, which is 400 products of known cost. */
const request = analyzeRequestSchema.parse({ checkpoint: 'bench', data: 'bench', density: false });

/** A network that is in no file as the problem that a job works on. */
async function problemOf(
  { name, model, data: train }: BenchNetwork,
  objectiveOf: () => Promise<Objective>,
): Promise<Problem> {
  const sha256 = '';
  return {
    choices: {},
    opened: { model, format: 'keras', sha256, checkpoint: undefined as never },
    dataset: { path: name, format: '', sha256, train: undefined as never, notes: [] },
    data: { train, test: undefined, rearrangement: undefined, notes: [] },
    loss: chooseLoss(model, { train }, name, { loss: 'categorical-crossentropy' }),
    lossScaling: 'mean over rows',
    weightedBy: undefined,
    selection: selectRows(train.rows, undefined, request.seed),
    scaling: NO_SCALING,
    objective: await objectiveOf(),
    notes: [],
    suggestions: [],
  };
}

/** Estimates the analysis of a network as the editor does, then carries it out. */
export async function estimateAndTruth(
  network: BenchNetwork,
  objectiveOf: (network: BenchNetwork) => Promise<Objective>,
): Promise<Estimated> {
  const withProblem = async <T>(use: (problem: Problem, opening: number) => Promise<T>): Promise<T> => {
    const started = performance.now();
    const problem = await problemOf(network, () => objectiveOf(network));
    try {
      return await use(problem, (performance.now() - started) / 1000);
    } finally {
      problem.objective.dispose();
    }
  };
  const { seconds: before } = await withProblem((problem, opening) =>
    estimateOf(problem, request, { opening }),
  );
  const started = performance.now();
  let announced = 0;
  const context: JobContext = {
    signal: new AbortController().signal,
    partial: () => undefined,
    log: () => undefined,
    progress: ({ estimate }) => {
      if (estimate) announced = estimate.seconds;
    },
  };
  await withProblem((problem) =>
    analyzeOpened({ request, problem, origin: problem.objective.origin, context, started }),
  );
  return { before, announced, took: (performance.now() - started) / 1000 };
}
