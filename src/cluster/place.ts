import type { TaskEnd, TaskFolder } from './task-folder';

/** A task that has not ended. */
export interface QueuedTask {
  readonly state: 'waiting' | 'running';
  readonly node?: string;
  /** Why it waits, in the scheduler's word. */
  readonly reason?: string;
}

/** Tasks that are to run somewhere: what they are stands in their folder, by these places in its list. */
export interface Job {
  readonly folder: TaskFolder;
  readonly indices: readonly number[];
}

/** Tasks that were given to a place. */
export interface StartedJob {
  readonly id: string;
  /** Those that wait or run by their places in the list; undefined where that cannot be told at the moment. */
  queued(): Promise<ReadonlyMap<number, QueuedTask> | undefined>;
  /** What the place knows of how a task ended, where the task itself left no word. */
  endOf(index: number): Promise<Partial<TaskEnd>>;
  cancel(): Promise<void>;
}

/** Where tasks run. A place only starts processes: what has become of them is what lies on the disk. */
export interface Place {
  /** Do tasks go on when the command that started them ends? */
  readonly outlives: boolean;
  /** How a person ends those tasks by hand. */
  cancelCommand(started: StartedJob): string;
  /** Those of its tasks that run or wait there already, whoever started them. */
  find(job: Job): Promise<StartedJob | undefined>;
  start(job: Job): Promise<StartedJob>;
}
