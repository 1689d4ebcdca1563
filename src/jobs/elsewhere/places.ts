import { availableParallelism } from 'node:os';
import { hasSlurm } from '../../cluster/slurm/has-slurm';
import { type Timing, costOf } from '../../cluster/task-cost';
import type { ElsewhereRequest, Places } from '../../contract/elsewhere';
import type { Task } from '../../contract/tasks';
import { findSettings } from '../../settings/find';
import { USUAL, profileNames } from '../../settings/profiles';
import type { JobContext } from '../context/context';
import { timingOf } from './timing';
import { plannedRuns } from '../experiment/planned-runs';
import { subjectsOf } from '../surface/subjects';

type Job = ElsewhereRequest['job'];

/**
 * Where a job can be done besides here: on a scheduler that this machine knows, or in several processes. Only where there is a
 * scheduler, or a profile of one, is it timed what the job takes here.
 * @throws UserError where profiles or the experiment are mistaken.
 */
export async function places(
  job: Job,
  context: Pick<JobContext, 'signal' | 'progress' | 'log'>,
): Promise<Places> {
  const subject = job.method === 'experiment' ? job.params.path : job.params.checkpoints[0];
  const names = await profileNames((await findSettings(subject))?.settings ?? {});
  const isThere = await hasSlurm();
  const tasks = taskCount(job);
  // Each process has lanes of its own.
  const processes = Math.max(1, Math.min(tasks, Math.floor(availableParallelism() / 2)));
  if (!isThere && names.length === 0) return { slurm: [], processes, tasks };
  const others = names.filter((name) => name !== USUAL).map((name) => `slurm:${name}`);
  const timed = await secondsOf(job, timingOf(context));
  return {
    slurm: isThere ? ['slurm', ...others] : [],
    ...{ processes, tasks },
    ...(timed === undefined ? {} : { seconds: timed * tasks }),
  };
}

function taskCount(job: Job): number {
  if (job.method === 'experiment') return plannedRuns(job.params).length;
  const { checkpoints } = job.params;
  return job.method === 'compare'
    ? checkpoints.length
    : subjectsOf(checkpoints, job.params.choices.plane).length;
}

/** Of one task; unknown of a training, and of what cannot be measured. */
async function secondsOf(job: Job, timing: Timing): Promise<number | undefined> {
  if (job.method === 'experiment') return undefined;
  const named = { label: '', key: '' };
  const [checkpoint] = job.params.checkpoints;
  const task: Task =
    job.method === 'compare'
      ? { ...named, request: { ...job.params.settings, checkpoint } }
      : { ...named, surface: job.params, step: { kind: 'whole' } };
  return (await costOf(task, timing))?.seconds;
}
