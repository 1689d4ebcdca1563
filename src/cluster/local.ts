import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../core/errors';
import type { Job, Place, QueuedTask, StartedJob } from './place';
import type { TaskEnd } from './task-folder';

/** Tasks as processes of this machine, some at a time. They end with the command that started them. */
export class Local implements Place {
  readonly outlives = false;

  constructor(
    private readonly atOnce: number,
    /** How Landscape is started. */
    private readonly command: readonly string[],
  ) {}

  cancelCommand({ id }: StartedJob): string {
    return `kill ${id}`;
  }

  /** Processes of other commands are theirs. */
  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Starts the first of them. */
  async start(job: Job): Promise<StartedJob> {
    await job.folder.forget(job.indices);
    const started = new LocalTasks(job, this.command);
    for (let i = 0; i < this.atOnce; i++) started.next();
    return started;
  }
}

class LocalTasks implements StartedJob {
  readonly id = String(process.pid);
  private readonly waiting: number[];
  private readonly running = new Map<number, ChildProcess>();
  private readonly ended = new Map<number, TaskEnd>();

  constructor(
    private readonly job: Job,
    private readonly command: readonly string[],
  ) {
    this.waiting = [...job.indices];
  }

  queued(): Promise<ReadonlyMap<number, QueuedTask>> {
    const running = [...this.running.keys()].map((index) => [index, { state: 'running' }] as const);
    const waiting = this.waiting.map((index) => [index, { state: 'waiting' }] as const);
    return Promise.resolve(new Map<number, QueuedTask>([...running, ...waiting]));
  }

  endOf(index: number): Promise<Partial<TaskEnd>> {
    return Promise.resolve(this.ended.get(index) ?? {});
  }

  async cancel(): Promise<void> {
    this.waiting.length = 0;
    const all = [...this.running.values()];
    const ends = all.map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of all) child.kill('SIGTERM');
    await Promise.all(ends);
  }

  /** Starts one more, if there is one. */
  next(): void {
    const index = this.waiting.shift();
    if (index === undefined) return;
    const { folder } = this.job;
    const [out, err] = ['out', 'err'].map((ending) =>
      openSync(join(folder.logs, `${this.id}_${index}_0_log.${ending}`), 'a'),
    );
    const [program, ...options] = this.command;
    // Over the channel a task hears of our end.
    const child = spawn(program, [...options, 'task', folder.path, '--index', String(index)], {
      stdio: ['ignore', out, err, 'ipc'],
    });
    closeSync(out);
    closeSync(err);
    this.running.set(index, child);
    child.once('error', (error) => this.end(index, `it could not be started: ${messageOf(error)}`));
    child.once('close', (code, signal) => this.end(index, code ?? signal));
  }

  private end(index: number, how: number | string | null): void {
    if (!this.running.delete(index)) return;
    const code = typeof how === 'number' ? how : KILLED;
    this.ended.set(index, { code, node: hostname() });
    this.next();
  }
}

/** As shells have it of a process that was killed. */
const KILLED = 137;
