import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '../../analysis/experiments/expand';
import type { CostEstimate, RunCostRequest } from '../../contract/engine-protocol';
import { CancelledError, UserError, throwIfCancelled } from '../../core/errors';
import type { JobContext } from '../context/context';
import { subJob } from '../context/sub-job';
import { requestFor } from '../experiment/measuring';
import { plannedRuns } from '../experiment/planned-runs';
import { train } from '../train/train';
import { estimate } from './estimate';

/** How long a run is tried once it moves, and how long it may take until it does, in milliseconds. */
const TRIED = 6000;
const PATIENCE = 120_000;

type Context = Pick<JobContext, 'signal' | 'log'>;

/** A moment of a run: its share that was done, and the seconds since it began. */
interface Moment {
  readonly fraction: number;
  readonly seconds: number;
}

/**
 * How long it takes to train and measure one run of an experiment: its first seconds are trained into a folder that is
 * thrown away, and the start is analyzed as its end will be.
 * @throws UserError where the run is none of the experiment's, does not move, or its start cannot be measured.
 */
export async function estimateRun(
  { experiment, run }: RunCostRequest,
  context: Context,
): Promise<CostEstimate> {
  const planned = plannedRuns(experiment).find(({ folder }) => folder === run);
  if (!planned) throw new UserError(`${experiment.path} has no run ${run} any more.`);
  const out = await mkdtemp(path.join(tmpdir(), 'landscape-trial-'));
  try {
    const training = await triedIn(out, planned, experiment.tensorflowPath, context);
    const start = (await readdir(out)).filter((name) => /^epoch-\d+\.keras$/.test(name)).sort()[0];
    if (start === undefined) throw new UserError(`The run ${run} keeps no checkpoint of its start.`);
    const request = requestFor(experiment.file, planned, path.join(out, start), experiment.tensorflowPath);
    const measuring = await estimate(
      request,
      subJob(context, () => undefined),
    );
    const times = 1 + experiment.file.measure.rescale.length;
    return { ...measuring, seconds: training + times * measuring.seconds };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Trains a run for some seconds; how many the whole of it would take. */
async function triedIn(
  out: string,
  { run, label }: PlannedRun,
  tensorflowPath: string | undefined,
  { signal, log }: Context,
): Promise<number> {
  const moments: Moment[] = [];
  const enough = new AbortController();
  const began = performance.now();
  const late = setTimeout(() => enough.abort(), PATIENCE);
  const progress = ({ fraction }: { readonly fraction: number }) => {
    const seconds = (performance.now() - began) / 1000;
    moments.push({ fraction, seconds });
    if (moments.length > 1 && 1000 * (seconds - moments[0].seconds) >= TRIED) enough.abort();
  };
  try {
    const trial = { signal: AbortSignal.any([signal, enough.signal]), log };
    await train(
      { run, name: label, out, resume: true, ...(tensorflowPath ? { tensorflowPath } : {}) },
      subJob(trial, progress),
    );
    return (performance.now() - began) / 1000;
  } catch (error) {
    throwIfCancelled(signal);
    if (!(error instanceof CancelledError)) throw error;
    return wholeOf(moments, label);
  } finally {
    clearTimeout(late);
  }
}

/** How long the whole takes that has moved so far. */
function wholeOf(moments: readonly Moment[], label: string): number {
  const [first, last] = [moments[0], moments.at(-1)!];
  if (moments.length < 2 || last.fraction <= first.fraction)
    throw new UserError(`The run ${label} does not move within ${PATIENCE / 1000} s.`);
  const seconds = (last.seconds - first.seconds) / (last.fraction - first.fraction);
  return first.seconds + seconds * (1 - first.fraction);
}
