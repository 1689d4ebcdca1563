import { join } from 'node:path';
import { follow, type Standing } from '../cluster/follow';
import { Local } from '../cluster/local';
import type { On } from '../cluster/on';
import type { Job, Place, StartedJob } from '../cluster/place';
import { printed } from '../cluster/print/printed';
import { resourcesOf } from '../cluster/resources';
import { Slurm, type SlurmChoices } from '../cluster/slurm/slurm';
import { failureText, standingLine, TASK_CODES, tasksText } from '../cluster/standing-line';
import { TaskFolder } from '../cluster/task-folder';
import type { FailedTask } from '../contract/comparison';
import type { Settings } from '../contract/settings';
import type { PlannedTasks, Task, TaskList } from '../contract/tasks';
import { CancelledError } from '../core/errors';
import { VERSION } from '../core/version';
import { profileOf } from '../settings/profiles';
import { leaveOrCancel } from './leave-or-cancel';
import { complain } from './print';
import { progressDisplay } from './progress-bar';
import { costOf } from './task-cost';

/** How this very installation is started. */
const COMMAND = [process.execPath, join(__dirname, 'cli.js')];

/** What is to be done elsewhere, and by what settings. */
export interface Spreading {
  readonly planned: PlannedTasks;
  readonly title: string;
  /** Where results land. */
  readonly results: string;
  /** A task that had no time left goes on where it was when it is started again. */
  readonly resumes: boolean;
  readonly settings: Pick<Settings, 'cluster'>;
}

/**
 * Has tasks done where `--on` says, and waits for them.
 * @returns why tasks have no result, by what each is of; or the text that was to be printed instead.
 * @throws CancelledError after Ctrl+C; UserError where nothing can be started.
 */
export async function spread(
  on: On,
  { planned: { tasks, kept }, title, results, resumes, settings }: Spreading,
): Promise<{ readonly text: string } | { readonly failures: Record<string, FailedTask> }> {
  const all = tasks.map((_, index) => index);
  const open = all.filter((index) => !kept.includes(tasks[index].key));
  if (on.kind !== 'print' && open.length === 0) return { failures: {} };
  const list: TaskList = { version: VERSION, title, results, resumes, tasks: [...tasks] };
  const folder = TaskFolder.of(list);
  await folder.write(list);
  const choices = async (): Promise<SlurmChoices> => {
    const profile = await profileOf(on.kind === 'local' ? undefined : on.profile, settings);
    const isKnown = profile.time !== undefined && profile.memory !== undefined;
    const cost = isKnown ? undefined : await costOf(tasks[open[0] ?? 0]);
    return { profile, resources: resourcesOf(profile, cost), resumes, command: COMMAND };
  };
  if (on.kind === 'print')
    return { text: printed(on.what, { job: { folder, indices: all }, ...(await choices()) }, list) };
  const place = on.kind === 'local' ? new Local(on.count, COMMAND) : new Slurm(choices);
  const job: Job = { folder, indices: open };
  const found = await place.find(job);
  const started = found ?? (await place.start(job));
  const { failed } = await followed(list, job, { place, started, isNew: !found });
  const failures: Record<string, FailedTask> = {};
  for (const each of failed) {
    const { label } = tasks[each.index];
    const reason = failureText(each, label, await folder.tailOf(each.index));
    complain(reason);
    failures[nameOf(tasks[each.index])] = { reason, isOfFiles: each.code === TASK_CODES.mistake };
  }
  return { failures };
}

/** What a task is of, as the job that joins them names it: a checkpoint, the folder of a run, or a step of pictures. */
const nameOf = (task: Task): string =>
  'run' in task ? task.run : 'request' in task ? task.request.checkpoint : task.label;

/** Follows tasks with a bar on the terminal; Ctrl+C asks what shall become of them. */
async function followed(
  list: TaskList,
  job: Job,
  { place, started, isNew }: { readonly place: Place; readonly started: StartedJob; readonly isNew: boolean },
): Promise<Standing> {
  const display = progressDisplay();
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const total = job.indices.length;
  const who = place.outlives ? `job ${started.id}` : 'processes here';
  display.say(
    `${isNew ? 'Started' : 'Following'} ${tasksText(total)} as ${who}; logs are in ${job.folder.logs}`,
  );
  try {
    return await follow(
      list,
      { job, started },
      {
        signal: cancel.signal,
        tell: (standing) =>
          display.update({
            stage: standingLine(standing, total),
            fraction: (standing.done.length + standing.failed.length) / total,
            remainingSeconds: undefined,
          }),
      },
    );
  } catch (error) {
    display.stop();
    if (error instanceof CancelledError) await leaveOrCancel(place, started);
    else if (!place.outlives) await started.cancel();
    throw error;
  } finally {
    display.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
