import { type On } from '../cluster/on';
import type { FailedTask } from '../contract/comparison';
import type { Settings } from '../contract/settings';
import { type Surface, type SurfaceRequest, surfaceSchema } from '../contract/surface';
import type { Task } from '../contract/tasks';
import { UserError } from '../core/errors';
import { KeptStore } from '../settings/kept-store';
import { counted } from '../wording/format-number';
import { keepStdoutFree } from './print';
import { runJob } from './run-job';
import { spread } from './spread';

/** What became of pictures that were drawn elsewhere. */
type Drawn =
  /** The one picture, whole. */
  | { readonly surface: Surface }
  /** All of several lie in the cache: drawing them takes no time. */
  | 'measured'
  /** What would draw them was printed instead. */
  | 'printed';

/**
 * Has pictures drawn elsewhere, round after round: those of a round do not wait for each other.
 * @throws UserError where files are mistaken; Error where something else kept a task from its result; CancelledError after
 * Ctrl+C.
 */
export async function drawnElsewhere(
  request: SurfaceRequest,
  on: On,
  settings: Pick<Settings, 'cluster'>,
): Promise<Drawn> {
  const { cache: results, title } = request;
  if (results === undefined)
    throw new UserError('--on keeps pictures where all processes see them: leave --no-cache out.');
  if (on.kind === 'print') keepStdoutFree();
  for (;;) {
    const planned = await runJob('planPictures', request, 'reading the checkpoints');
    const { tasks, kept } = planned;
    if (on.kind !== 'print' && kept.length === tasks.length) return drawn(tasks[0], results);
    const done = await spread(on, { planned, title, results, resumes: true, settings });
    if ('text' in done) {
      process.stdout.write(done.text);
      return 'printed';
    }
    const failures = Object.values(done.failures);
    if (failures.length > 0) throw incomplete(failures, tasks.length);
  }
}

async function drawn(task: Task, results: string): Promise<Drawn> {
  if (!('step' in task) || task.step.kind !== 'whole') return 'measured';
  const surface = await new KeptStore(results).read(task.key, surfaceSchema);
  return surface ? { surface } : 'measured';
}

function incomplete(failures: readonly FailedTask[], count: number): Error {
  const sentence = `Nothing is drawn: ${failures.length} of ${counted(count, 'task')} left no result. The same command starts what failed again, and nothing else.`;
  return failures.every(({ isOfFiles }) => isOfFiles) ? new UserError(sentence) : new Error(sentence);
}
