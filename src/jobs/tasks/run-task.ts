import type { RunTaskRequest } from '../../contract/tasks';
import { messageOf } from '../../core/errors';
import { analyze } from '../analyze/analyze';
import type { JobContext } from '../context/context';
import { onceMore } from '../context/once-more';
import { ReportCache, changedMeanwhile, keyOfReport } from '../context/report-cache';
import { subJob } from '../context/sub-job';

/**
 * Measures one checkpoint of a comparison, and keeps its report where the comparison looks for it; one that is there already
 * is left as it is.
 * @throws Error where it cannot be kept, or the files are no longer those that were meant: another try may end otherwise.
 */
export async function runTask(
  { task: { key, request }, results }: RunTaskRequest,
  context: Pick<JobContext, 'signal' | 'log' | 'progress'>,
): Promise<{ readonly isNew: boolean }> {
  const cache = new ReportCache(results);
  if (await cache.find(key, request)) return { isNew: false };
  const report = await onceMore(request.checkpoint, context, ({ frugal }) =>
    analyze(request, subJob({ ...context, frugal }, context.progress)),
  );
  const own = keyOfReport(report, request);
  try {
    await cache.keep(own, report);
  } catch (error) {
    throw new Error(messageOf(error), { cause: error });
  }
  if (own !== key) throw new Error(changedMeanwhile(request.checkpoint).message);
  return { isNew: true };
}
