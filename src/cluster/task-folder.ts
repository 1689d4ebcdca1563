import { open, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { type Task, type TaskList, taskListSchema } from '../contract/tasks';
import { UserError } from '../core/errors';
import { VERSION } from '../core/version';
import { readPlainText } from '../files/plain-file';
import { makeFolder, writeOwn } from '../settings/atomic-write';
import { KeptStore } from '../settings/kept-store';
import { resultKey } from '../settings/result-key';

/** How a task ended, as its script says on the disk. */
const endSchema = z.object({ code: z.int(), node: z.string() });
export type TaskEnd = z.infer<typeof endSchema>;

/** A list of some hundred requests. */
const LARGEST_LIST = 64e6;
/** What of a log's end is read, in bytes, and told, in lines. */
const TAIL = { bytes: 8192, lines: 5 };

/**
 * The folder of some tasks, below that of their results, by the name of what they are together: the same command finds the
 * same folder. All that processes elsewhere read and write lies here and in the folder of results.
 */
export class TaskFolder {
  readonly logs: string;
  readonly ends: string;
  readonly script: string;
  /** The id that the scheduler gave. */
  readonly jobFile: string;
  readonly lock: string;

  constructor(readonly path: string) {
    this.logs = join(path, 'logs');
    this.ends = join(path, 'ends');
    this.script = join(path, 'task.sh');
    this.jobFile = join(path, 'job.json');
    this.lock = join(path, 'lock');
  }

  /** What the scheduler calls them. */
  get name(): string {
    return `landscape-${basename(this.path)}`;
  }

  /** Where the tasks with these keys, whose results land in `results`, have their folder. */
  static of({ results, tasks }: Pick<TaskList, 'results' | 'tasks'>): TaskFolder {
    const name = resultKey('tasks', ...tasks.map(({ key }) => key)).slice(0, 16);
    return new TaskFolder(join(results, 'jobs', name));
  }

  /** Writes what there is to do. @throws UserError where the folder cannot be written to. */
  async write(list: TaskList): Promise<void> {
    for (const folder of [this.path, this.logs, this.ends]) await makeFolder(folder);
    await writeOwn(this.listFile, `${JSON.stringify(list, undefined, 1)}\n`);
  }

  /** What there is to do. @throws UserError where it is no list of tasks of this version of Landscape. */
  async read(): Promise<TaskList> {
    const list = taskListSchema.safeParse(JSON.parse(await readPlainText(this.listFile, LARGEST_LIST)));
    if (!list.success) throw new UserError(`${this.listFile} is no list of tasks.`);
    const { version } = list.data;
    if (version !== VERSION)
      throw new UserError(
        `${this.listFile} was written by Landscape ${version}, and this is ${VERSION}: start the same one here ("command" of the profile).`,
      );
    return list.data;
  }

  /** Forgets how tasks ended. */
  async forget(indices: readonly number[]): Promise<void> {
    for (const index of indices) await rm(this.endFile(index), { force: true });
  }

  /** How a task ended, once its script has said so. */
  async endOf(index: number): Promise<TaskEnd | undefined> {
    const text = await readPlainText(this.endFile(index)).catch(() => '');
    try {
      return endSchema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  endFile(index: number): string {
    return join(this.ends, `${index}.json`);
  }

  /** The last lines of a task's newest log of errors, or of its output, and the file. */
  async tailOf(index: number): Promise<{ readonly file: string; readonly lines: string[] } | undefined> {
    for (const ending of ['err', 'out']) {
      const file = await this.newestLog(`_${index}_0_log.${ending}`);
      const lines = file === undefined ? [] : await lastLines(file);
      if (file !== undefined && lines.length > 0) return { file, lines };
    }
    return undefined;
  }

  private get listFile(): string {
    return join(this.path, 'tasks.json');
  }

  private async newestLog(ending: string): Promise<string | undefined> {
    const names = (await readdir(this.logs).catch(() => [])).filter((name) => name.endsWith(ending));
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(this.logs, name);
        return { file, time: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
    );
    return files.sort((a, b) => b.time - a.time)[0]?.file;
  }
}

/** Is a task's result there, whole? */
export const isDone = async (results: string, { key }: Task): Promise<boolean> =>
  (await new KeptStore(results).readAny(key)) !== undefined;

async function lastLines(file: string): Promise<string[]> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL.bytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString('utf8').split('\n');
    return lines.filter((line) => line.trim() !== '').slice(-TAIL.lines);
  } finally {
    await handle.close();
  }
}
