import type { Timing } from '../../cluster/task-cost';
import type { JobContext } from '../context/context';
import { subJob } from '../context/sub-job';
import { estimate } from '../estimate/estimate';
import { estimateRun } from '../estimate/estimate-run';

/** Times things within a job. */
export const timingOf = (context: Pick<JobContext, 'signal' | 'log'>): Timing => ({
  analysis: (request) =>
    estimate(
      request,
      subJob(context, () => undefined),
    ),
  run: (request) => estimateRun(request, context),
});
