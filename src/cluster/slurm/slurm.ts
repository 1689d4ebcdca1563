import type { Profile } from '../../contract/cluster-profile';
import { UserError } from '../../core/errors';
import { writeOwn } from '../../settings/atomic-write';
import type { Job, Place, QueuedTask, StartedJob } from '../place';
import type { Resources } from '../resources';
import type { TaskEnd, TaskFolder } from '../task-folder';
import { complaintOf, slurmProgram } from './programs';
import { batchScript } from './script';
import { onlyOne } from './only-one';

/** How a profile's tasks are started. */
export interface SlurmChoices {
  readonly profile: Profile;
  readonly resources: Resources;
  readonly resumes: boolean;
  readonly command: readonly string[];
}

/** Tasks as one array job of Slurm. It is found by its name, by whoever has the same to do. */
export class Slurm implements Place {
  readonly outlives = true;

  constructor(private readonly choices: () => Promise<SlurmChoices>) {}

  cancelCommand({ id }: StartedJob): string {
    return `scancel ${id}`;
  }

  async find({ folder }: Job): Promise<StartedJob | undefined> {
    const rows = await queueOf(folder.name);
    if (rows === undefined)
      throw new UserError('squeue does not answer: is the controller of Slurm there (scontrol ping)?');
    return rows.length === 0 ? undefined : new SlurmArray(rows[0].array, folder);
  }

  /**
   * Gives the tasks to Slurm, unless another command has done that meanwhile.
   * @throws UserError with what sbatch said where it refuses.
   */
  async start(job: Job): Promise<StartedJob> {
    const { folder, indices } = job;
    const choices = await this.choices();
    return onlyOne(folder.lock, async () => {
      const there = await this.find(job);
      if (there) return there;
      await folder.forget(indices);
      await writeOwn(folder.script, batchScript({ job, ...choices }));
      const answered = await slurmProgram('sbatch', '--parsable', folder.script);
      // With --parsable: the id, and on a federation the name of the cluster behind a semicolon.
      const id = /^(\d+)(;|\s|$)/m.exec(answered.stdout)?.[1];
      if (answered.code !== 0 || id === undefined)
        throw new UserError(`sbatch refuses ${folder.script}: ${complaintOf(answered)}`);
      await writeOwn(folder.jobFile, `${JSON.stringify({ id, name: folder.name })}\n`);
      return new SlurmArray(id, folder);
    });
  }
}

class SlurmArray implements StartedJob {
  constructor(
    readonly id: string,
    private readonly folder: TaskFolder,
  ) {}

  async queued(): Promise<ReadonlyMap<number, QueuedTask> | undefined> {
    const rows = await queueOf(this.folder.name);
    return rows && new Map(rows.map(({ index, task }) => [index, task]));
  }

  /** The controller remembers a job for some minutes after its end, accounting or not. */
  async endOf(index: number): Promise<Partial<TaskEnd>> {
    const { code, stdout } = await slurmProgram(
      'scontrol',
      '--oneliner',
      'show',
      'job',
      `${this.id}_${index}`,
    );
    if (code !== 0) return {};
    const [exit, signal] = (/ ExitCode=(\d+):(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    const node = / BatchHost=(\S+)/.exec(stdout)?.[1];
    return {
      ...(exit === undefined ? {} : { code: signal > 0 ? 128 + signal : exit }),
      ...(node === undefined ? {} : { node }),
    };
  }

  cancel(): Promise<void> {
    return cancelArray(this.folder.name);
  }
}

/** Cancels all that has this name. */
export async function cancelArray(name: string): Promise<void> {
  await slurmProgram('scancel', mine(), `--name=${name}`);
}

/** Names of jobs are unique to a person at most. */
const mine = (): string => `--user=${process.getuid?.() ?? ''}`;

interface Row {
  readonly array: string;
  readonly index: number;
  readonly task: QueuedTask;
}

/** The tasks of this name that wait or run; undefined where squeue does not answer. */
async function queueOf(name: string): Promise<Row[] | undefined> {
  const { code, stdout } = await slurmProgram(
    'squeue',
    '--noheader',
    '--array',
    mine(),
    `--name=${name}`,
    '--format=%F|%K|%T|%N|%r',
  );
  if (code !== 0) return undefined;
  return stdout.split('\n').flatMap((line): Row[] => {
    const [array, index, state, node, reason] = line.trim().split('|');
    if (!/^\d+$/.test(index)) return [];
    const task: QueuedTask = RUNNING.has(state)
      ? { state: 'running', ...(node ? { node } : {}) }
      : { state: 'waiting', ...(reason && reason !== 'None' ? { reason } : {}) };
    return [{ array, index: Number(index), task }];
  });
}

const RUNNING: ReadonlySet<string> = new Set(['RUNNING', 'COMPLETING', 'CONFIGURING', 'SUSPENDED']);
