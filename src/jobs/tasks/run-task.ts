import type { RunTaskRequest, Task } from '../../contract/tasks';
import { messageOf } from '../../core/errors';
import { KeptStore } from '../../settings/kept-store';
import { analyze } from '../analyze/analyze';
import type { JobContext } from '../context/context';
import { onceMore } from '../context/once-more';
import { ReportCache, changedMeanwhile, keyOfReport } from '../context/report-cache';
import { subJob } from '../context/sub-job';
import { experimentRun } from '../experiment/experiment';
import { surfaceStep } from '../surface/step';
import { StepKeys } from './step-key';

type TaskContext = Pick<JobContext, 'signal' | 'log' | 'progress'>;

/**
 * Measures one checkpoint of a comparison, trains and measures one run of an experiment, or does a step of some pictures, and
 * keeps the result where that looks for it; one that is there already is left as it is.
 * @throws Error where it cannot be kept, or the files are no longer those that were meant: another try may end otherwise.
 */
export function runTask(
  { task, results }: RunTaskRequest,
  context: TaskContext,
): Promise<{ readonly isNew: boolean }> {
  if ('step' in task) return stepOf(task, results, context);
  return 'run' in task ? runOf(task, results, context) : reportOf(task, results, context);
}

async function reportOf(
  { key, request }: Extract<Task, { request: unknown }>,
  results: string,
  context: TaskContext,
): Promise<{ readonly isNew: boolean }> {
  const cache = new ReportCache(results);
  if (await cache.find(key, request)) return { isNew: false };
  const report = await onceMore(request.checkpoint, context, ({ frugal }) =>
    analyze(request, subJob({ ...context, frugal }, context.progress)),
  );
  const own = keyOfReport(report, request);
  await kept(() => cache.keep(own, report));
  if (own !== key) throw new Error(changedMeanwhile(request.checkpoint).message);
  return { isNew: true };
}

async function runOf(
  { key, experiment, run }: Extract<Task, { run: unknown }>,
  results: string,
  context: TaskContext,
): Promise<{ readonly isNew: boolean }> {
  const store = new KeptStore(results);
  if ((await store.readAny(key)) !== undefined) return { isNew: false };
  await experimentRun(experiment, run, subJob(context, context.progress));
  await kept(() => store.write(key, { run }));
  return { isNew: true };
}

async function stepOf(
  { key, surface, step }: Extract<Task, { step: unknown }>,
  results: string,
  context: TaskContext,
): Promise<{ readonly isNew: boolean }> {
  const store = new KeptStore(results);
  if ((await store.readAny(key)) !== undefined) return { isNew: false };
  const request = { ...surface, cache: results };
  const left = await onceMore('a step of pictures', context, ({ frugal }) =>
    surfaceStep({ surface: request, step }, subJob({ ...context, frugal }, context.progress)),
  );
  if ((await new StepKeys(context.signal).of({ surface, step })) !== key)
    throw new Error(changedMeanwhile(surface.checkpoints[0]).message);
  await kept(() => store.write(key, left));
  return { isNew: true };
}

/** What keeps a result from being written is no mistake in the files that it is of. */
async function kept(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new Error(messageOf(error), { cause: error });
  }
}
