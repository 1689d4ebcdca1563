import type { On } from '../cluster/on';
import { drawnWhole, inRounds } from '../cluster/rounds';
import type { Settings } from '../contract/settings';
import type { Surface, SurfaceRequest } from '../contract/surface';
import { UserError } from '../core/errors';
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
  const plan = () => runJob('planPictures', request, 'reading the checkpoints');
  const how = { title, results, resumes: true, settings };
  if (on.kind === 'print') {
    keepStdoutFree();
    const done = await spread(on, { planned: await plan(), ...how });
    if ('text' in done) process.stdout.write(done.text);
    return 'printed';
  }
  const last = await inRounds(plan, async (planned) => {
    const done = await spread(on, { planned, ...how });
    return 'failures' in done ? done.failures : {};
  });
  const surface = await drawnWhole(last, results);
  return surface ? { surface } : 'measured';
}
