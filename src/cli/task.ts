import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { TASK_CODES } from '../cluster/standing-line';
import { TaskFolder } from '../cluster/task-folder';
import type { Task } from '../contract/tasks';
import { CancelledError, UserError } from '../core/errors';
import { complain, print } from './print';
import { runJob } from './run-job';

interface TaskOptions {
  readonly index?: number;
  readonly key?: string;
}

/** `landscape task FOLDER`: what a scheduler starts. */
export function addTask(program: Command): void {
  program
    .command('task')
    .description('one task of a folder that --on has written, as schedulers start it: see docs/CLUSTER.md')
    .argument('<folder>', 'the folder of tasks')
    .option('--index <n>', "which, from 0; the scheduler's variable of an array if left out", placeOf)
    .option('--key <key>', 'which, by the name of its result')
    .action(async (folder: string, options: TaskOptions) => {
      const { tasks, results } = await new TaskFolder(resolve(folder)).read();
      const task = taskOf(tasks, options);
      print(`${task.label} on ${hostname()}`);
      const isOutOfTime = endings();
      try {
        const { isNew } = await runJob('runTask', { task, results }, `doing ${task.label}`);
        print(isNew ? 'Done.' : 'Its result is there already.');
      } catch (error) {
        if (!(error instanceof CancelledError) || !isOutOfTime()) throw error;
        complain('The time of this task is over before its result is there.');
        process.exitCode = TASK_CODES.outOfTime;
      }
    });
}

function placeOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 0.');
  return Number(text);
}

/** The variables by which Slurm and Kubernetes tell a process which it is. */
const VARIABLES = ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX'];

function taskOf(tasks: readonly Task[], { index, key }: TaskOptions): Task {
  const given = VARIABLES.map((name) => process.env[name]).find((value) => /^\d{1,9}$/.test(value ?? ''));
  const place = index ?? (given === undefined ? undefined : Number(given));
  const task = key === undefined ? tasks[place ?? -1] : tasks.find((each) => each.key === key);
  if (task) return task;
  throw new UserError(
    key === undefined && place === undefined
      ? 'Which task? Give --index or --key.'
      : `There is no task ${key ?? String(place)} in this folder: it has ${tasks.length}, from 0.`,
  );
}

/** Ends with whoever started this process here, and when the scheduler says that time is over; tells whether it has said so. */
function endings(): () => boolean {
  let isOver = false;
  const end = () => process.kill(process.pid, 'SIGTERM');
  if (process.platform !== 'win32')
    process.on('SIGUSR2', () => {
      isOver = true;
      end();
    });
  if (process.channel) {
    process.once('disconnect', end);
    process.channel.unref();
  }
  return () => isOver;
}
