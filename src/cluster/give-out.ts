import type { FailedTask } from '../contract/comparison';
import type { Settings } from '../contract/settings';
import type { PlannedTasks, Task, TaskList } from '../contract/tasks';
import { VERSION } from '../core/version';
import { profileOf } from '../settings/profiles';
import type { Standing } from './follow';
import { Local } from './local';
import type { On } from './on';
import type { Job, Place, StartedJob } from './place';
import { printed } from './print/printed';
import { resourcesOf } from './resources';
import { Slurm, type SlurmChoices } from './slurm/slurm';
import { TASK_CODES, failureText } from './standing-line';
import { type Timing, costOf } from './task-cost';
import { TaskFolder } from './task-folder';

/** Where processes run. */
export type Elsewhere = Exclude<On, { readonly kind: 'print' }>;

/** What is to be done elsewhere, and by what settings. */
export interface Spreading {
  readonly planned: PlannedTasks;
  readonly title: string;
  /** Where results land. */
  readonly results: string;
  /** A task that had no time left goes on where it was when it is started again. */
  readonly resumes: boolean;
  readonly settings: Pick<Settings, 'cluster'>;
  /** How Landscape is started. */
  readonly command: readonly string[];
  readonly timing: Timing;
}

/** Tasks that run or wait somewhere. */
export interface GivenOut {
  readonly list: TaskList;
  readonly job: Job;
  readonly place: Place;
  readonly started: StartedJob;
  /** Were they started by this very call? */
  readonly isNew: boolean;
}

/**
 * Has tasks done elsewhere that are not done yet.
 * @param follow waits for their ends.
 * @returns why tasks have no result, by what each is of.
 * @throws UserError where nothing can be started; what `follow` throws.
 */
export async function giveOut(
  on: Elsewhere,
  spreading: Spreading,
  follow: (given: GivenOut) => Promise<Standing>,
): Promise<Record<string, FailedTask>> {
  const { tasks, kept } = spreading.planned;
  const indices = [...tasks.keys()].filter((index) => !kept.includes(tasks[index].key));
  if (indices.length === 0) return {};
  const list = listOf(spreading);
  const folder = TaskFolder.of(list);
  await folder.write(list);
  const job: Job = { folder, indices };
  const choices = () =>
    choicesFor(on.kind === 'local' ? undefined : on.profile, tasks[indices[0]], spreading);
  const place = on.kind === 'local' ? new Local(on.count, spreading.command) : new Slurm(choices);
  const found = await place.find(job);
  const started = found ?? (await place.start(job));
  const { failed } = await follow({ list, job, place, started, isNew: !found });
  const failures: Record<string, FailedTask> = {};
  for (const each of failed) {
    const reason = failureText(each, tasks[each.index].label, await folder.tailOf(each.index));
    failures[nameOf(tasks[each.index])] = { reason, isOfFiles: each.code === TASK_CODES.mistake };
  }
  return failures;
}

/** What another scheduler takes for the same tasks. @throws UserError where the profile lacks what it must say. */
export async function printedFor(
  { what, profile }: Extract<On, { readonly kind: 'print' }>,
  spreading: Spreading,
): Promise<string> {
  const { tasks, kept } = spreading.planned;
  const list = listOf(spreading);
  const folder = TaskFolder.of(list);
  await folder.write(list);
  const open = tasks.find(({ key }) => !kept.includes(key)) ?? tasks[0];
  const choices = await choicesFor(profile, open, spreading);
  return printed(what, { job: { folder, indices: [...tasks.keys()] }, ...choices }, list);
}

const listOf = ({ planned: { tasks }, title, results, resumes }: Spreading): TaskList => ({
  ...{ version: VERSION, title, results, resumes },
  tasks: [...tasks],
});

async function choicesFor(
  name: string | undefined,
  task: Task,
  { settings, resumes, command, timing }: Spreading,
): Promise<SlurmChoices> {
  const profile = await profileOf(name, settings);
  const isKnown = profile.time !== undefined && profile.memory !== undefined;
  const cost = isKnown ? undefined : await costOf(task, timing);
  return { profile, resources: resourcesOf(profile, cost), resumes, command };
}

/** What a task is of, as the job that joins them names it: a checkpoint, the folder of a run, or a step of pictures. */
const nameOf = (task: Task): string =>
  'run' in task ? task.run : 'request' in task ? task.request.checkpoint : task.label;
