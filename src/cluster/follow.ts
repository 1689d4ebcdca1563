import { setTimeout } from 'node:timers/promises';
import type { TaskList } from '../contract/tasks';
import { throwIfCancelled } from '../core/errors';
import type { Job, QueuedTask, StartedJob } from './place';
import { type TaskEnd, isDone } from './task-folder';

/** Where tasks stand. */
export interface Standing {
  readonly done: readonly number[];
  readonly failed: readonly Failed[];
  /** Those that wait or run; undefined while that cannot be told. */
  readonly queued: ReadonlyMap<number, QueuedTask> | undefined;
}

/** A task that has ended without its result. */
export interface Failed extends Partial<TaskEnd> {
  readonly index: number;
}

/** How often is looked, in milliseconds: at files, and at the scheduler's queue. */
export interface Rhythm {
  readonly files: number;
  readonly queue: number;
}

const RHYTHM: Rhythm = { files: 1000, queue: 5000 };

/** Looks at the queue that must miss a task before it counts as ended without a word: a shared folder shows files late. */
const LOOKS = 3;

/**
 * Follows tasks until each has its result or has ended without it. Results are files; the queue only says who may still
 * bring one.
 * @throws CancelledError once `signal` is aborted; the tasks go on.
 */
export async function follow(
  { tasks, results }: TaskList,
  { job, started }: { readonly job: Job; readonly started: StartedJob },
  {
    signal,
    tell,
    rhythm = RHYTHM,
  }: {
    readonly signal: AbortSignal;
    readonly tell: (standing: Standing) => void;
    readonly rhythm?: Rhythm;
  },
): Promise<Standing> {
  const done = new Set<number>();
  const failed = new Map<number, Failed>();
  const missed = new Map<number, number>();
  const open = () => job.indices.filter((index) => !done.has(index) && !failed.has(index));
  let queued: Standing['queued'];
  const standing = (): Standing => ({ done: [...done], failed: [...failed.values()], queued });
  for (let asked = -Infinity; ; await pause(rhythm.files, signal)) {
    throwIfCancelled(signal);
    const isTime = performance.now() - asked >= rhythm.queue;
    // Before the files: what lands between the two looks is not missed.
    if (isTime) queued = await started.queued();
    if (isTime) asked = performance.now();
    for (const index of open()) if (await isDone(results, tasks[index])) done.add(index);
    if (isTime && queued)
      for (const index of open()) {
        const looks = queued.has(index) ? 0 : (missed.get(index) ?? 0) + 1;
        missed.set(index, looks);
        if (looks === 0) continue;
        const end = await job.folder.endOf(index);
        if ((end?.code ?? 0) !== 0 || looks >= LOOKS)
          failed.set(index, { index, ...(end ?? (await started.endOf(index))) });
      }
    tell(standing());
    if (open().length === 0) return standing();
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
