import path from 'node:path';
import { follow, type Standing } from '../../cluster/follow';
import { type Elsewhere, type GivenOut, type Spreading, giveOut } from '../../cluster/give-out';
import { parseOn } from '../../cluster/on';
import { drawnWhole, inRounds } from '../../cluster/rounds';
import { standingLine } from '../../cluster/standing-line';
import { Reasons, taskStates } from '../../cluster/task-states';
import type { DoneElsewhere, ElsewhereRequest } from '../../contract/elsewhere';
import type { PlannedTasks } from '../../contract/tasks';
import { UserError, messageOf } from '../../core/errors';
import { findSettings } from '../../settings/find';
import type { JobContext } from '../context/context';
import { timingOf } from './timing';
import { planPictures } from '../tasks/plan-pictures';
import { planRuns, resultsOf } from '../tasks/plan-runs';
import { planTasks } from '../tasks/plan-tasks';

type Context = Pick<JobContext, 'signal' | 'progress' | 'log'>;
type Job = ElsewhereRequest['job'];

/**
 * Has the tasks of a comparison, an experiment or pictures done by other processes, and waits for them; the job itself finds
 * then what they have left. Tasks on a scheduler go on when this is cancelled, and asking for the same finds them.
 * @throws UserError where nothing can be started, or files are mistaken; CancelledError
 */
export async function elsewhere({ on, job }: ElsewhereRequest, context: Context): Promise<DoneElsewhere> {
  const place = parseOn(on);
  if (place.kind === 'print') throw new UserError(`"${on}" starts nothing: it is for the terminal.`);
  const results = folderOf(job);
  const spreading = {
    title: job.method === 'experiment' ? job.params.file.title : job.params.title,
    results,
    resumes: job.method !== 'compare',
    settings: (await findSettings(subjectOf(job)))?.settings ?? {},
    command: command(),
    timing: timingOf(context),
  } satisfies Omit<Spreading, 'planned'>;
  const reasons: string[] = [];
  const give = async (planned: PlannedTasks) => {
    const asked = { ...spreading, planned };
    const failures = await giveOut(place, asked, (given) => followed(given, place, context));
    reasons.push(...Object.values(failures).map(({ reason }) => reason));
    for (const reason of reasons) context.log('warn', reason);
    return failures;
  };
  switch (job.method) {
    case 'compare': {
      const planned = await planTasks(job.params, context);
      return { failures: planned.tasks.length === 0 ? {} : await give(planned) };
    }
    case 'experiment':
      return { failures: await give(await planRuns(job.params, context)) };
    case 'surface': {
      const rounds = inRounds(() => planPictures(job.params, context), give);
      const last = await rounds.catch((error: unknown) => {
        throw withReason(error, reasons);
      });
      const surface = await drawnWhole(last, results);
      return { failures: {}, ...(surface ? { surface } : {}) };
    }
  }
}

/** Pictures that lack a task are none, and the first reason stands for all; a comparison tells its own. */
function withReason(error: unknown, [first]: readonly string[]): unknown {
  if (first === undefined) return error;
  const message = `${messageOf(error)} ${first}`;
  return error instanceof UserError ? new UserError(message) : new Error(message);
}

async function followed(given: GivenOut, on: Elsewhere, { signal, progress }: Context): Promise<Standing> {
  const total = given.job.indices.length;
  const where = on.kind === 'slurm' ? `job ${given.started.id}: ` : '';
  const reasons = new Reasons(given);
  const tell = (standing: Standing) => {
    reasons.look(standing);
    progress({
      stage: where + standingLine(standing, total),
      fraction: (standing.done.length + standing.failed.length) / total,
      remainingSeconds: undefined,
      elsewhere: taskStates(given, standing, reasons.known),
    });
  };
  try {
    return await follow(given.list, given, { signal, tell });
  } catch (error) {
    if (!given.place.outlives) await given.started.cancel();
    throw error;
  }
}

/** Where results land. @throws UserError where nothing is kept. */
function folderOf(job: Job): string {
  const folder = job.method === 'experiment' ? resultsOf(job.params) : job.params.cache;
  if (folder === undefined)
    throw new UserError('What is done elsewhere is kept in a folder, and there is none.');
  return folder;
}

/** Beside which settings lie. */
const subjectOf = (job: Job): string =>
  job.method === 'experiment' ? job.params.path : job.params.checkpoints[0];

/** How this very installation is started; the program of a desktop editor is a Node where it is told to be one. */
function command(): string[] {
  const isElectron = process.versions['electron'] !== undefined && process.platform !== 'win32';
  const node = isElectron ? ['env', 'ELECTRON_RUN_AS_NODE=1', process.execPath] : [process.execPath];
  return [...node, path.join(__dirname, 'cli.js')];
}
