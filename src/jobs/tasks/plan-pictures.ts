import type * as z from 'zod';
import type { Surface, SurfaceRequest } from '../../contract/surface';
import { type SurfaceStep, firstLookSchema, foundPlaneSchema } from '../../contract/surface-step';
import type { PlannedTasks, Task } from '../../contract/tasks';
import { throwIfCancelled } from '../../core/errors';
import { KeptStore } from '../../settings/kept-store';
import { labelsOf } from '../compare/members';
import type { JobContext } from '../context/context';
import { levelsOf } from '../surface/levels-of';
import { furthest, subjectsOf } from '../surface/subjects';
import { StepKeys } from './step-key';

type PlanContext = Pick<JobContext, 'signal' | 'progress'>;

/**
 * The next steps of some pictures that do not wait for each other, a task each; the last ones where all are done. Pictures
 * are alike, so that there are up to three rounds: their planes, by which all reach equally far, their first looks, by which
 * they have levels, then the pictures and their maps of sharpness.
 * @throws UserError where files cannot be read, or the checkpoints have no such plane.
 */
export async function planPictures(request: SurfaceRequest, context: PlanContext): Promise<PlannedTasks> {
  const { checkpoints, choices, cache } = request;
  if (cache === undefined) throw new RangeError('steps leave what they find in a folder');
  const store = new KeptStore(cache);
  const pictures = subjectsOf(checkpoints, choices.plane).map((_, i) => i);
  const planned = (steps: readonly SurfaceStep[]) => plan(request, store, steps, context);
  if (pictures.length === 1) return planned([{ kind: 'whole' }]);

  let reach: [number, number] | undefined;
  if (choices.plane !== 'random' && choices.radius === undefined) {
    const planes = await planned(pictures.map((picture) => ({ kind: 'plane', picture })));
    const found = await leftBy(store, planes, foundPlaneSchema);
    if (!found) return planes;
    reach = furthest(found.map((each) => each.reach));
  }
  const extent = reach ? { reach } : {};
  const looks = await planned(pictures.map((picture) => ({ kind: 'look', picture, ...extent })));
  const seen = await leftBy(store, looks, firstLookSchema);
  if (!seen) return looks;
  const losses = seen.flatMap((each) =>
    each.losses.map(([value, standardError]) => ({ value, standardError })),
  );
  const levels: Surface['levels'] = levelsOf(losses, choices.scale);
  return planned(
    pictures.flatMap((picture): SurfaceStep[] => [
      { kind: 'picture', picture, ...extent, levels },
      ...(choices.map === undefined ? [] : [{ kind: 'map', picture, ...extent } as const]),
    ]),
  );
}

/** A task each, with the keys of those that are done. */
async function plan(
  request: SurfaceRequest,
  store: KeptStore,
  steps: readonly SurfaceStep[],
  { signal, progress }: PlanContext,
): Promise<PlannedTasks> {
  const labels = labelsOf(request.checkpoints);
  const keys = new StepKeys(signal);
  const tasks: Task[] = [];
  const kept: string[] = [];
  for (const [i, step] of steps.entries()) {
    throwIfCancelled(signal);
    const label = 'picture' in step ? `${WORDS[step.kind]} ${labels[step.picture]}` : 'the whole picture';
    progress({ stage: label, fraction: i / steps.length, remainingSeconds: undefined });
    const key = await keys.of({ surface: request, step });
    tasks.push({ label, key, surface: request, step });
    if ((await store.readAny(key)) !== undefined) kept.push(key);
  }
  return { tasks, kept };
}

const WORDS = {
  plane: 'the plane of',
  look: 'the first look at',
  picture: 'the picture of',
  map: 'the map of',
} as const;

/** What all tasks have left; undefined where one has not. */
async function leftBy<T>(
  store: KeptStore,
  { tasks }: PlannedTasks,
  schema: z.ZodType<T>,
): Promise<T[] | undefined> {
  const found = await Promise.all(tasks.map(({ key }) => store.read(key, schema)));
  return found.every((each) => each !== undefined) ? found : undefined;
}
