import type { FailedTask } from '../contract/comparison';
import { type Surface, surfaceSchema } from '../contract/surface';
import type { PlannedTasks } from '../contract/tasks';
import { UserError } from '../core/errors';
import { KeptStore } from '../settings/kept-store';
import { counted } from '../wording/format-number';

/**
 * Has tasks done in rounds, of which each is planned by what the one before has left, until all of one is there.
 * @returns the last round.
 * @throws UserError where files are mistaken; Error where something else kept a task from its result.
 */
export async function inRounds(
  plan: () => Promise<PlannedTasks>,
  give: (planned: PlannedTasks) => Promise<Readonly<Record<string, FailedTask>>>,
): Promise<PlannedTasks> {
  for (;;) {
    const planned = await plan();
    if (planned.kept.length === planned.tasks.length) return planned;
    const failures = Object.values(await give(planned));
    if (failures.length > 0) throw incomplete(failures, planned.tasks.length);
  }
}

function incomplete(failures: readonly FailedTask[], count: number): Error {
  const sentence = `Nothing is drawn: ${failures.length} of ${counted(count, 'task')} left no result. The same command starts what failed again, and nothing else.`;
  return failures.every(({ isOfFiles }) => isOfFiles) ? new UserError(sentence) : new Error(sentence);
}

/** The picture that one task has drawn whole; undefined where several have left what it is drawn from. */
export async function drawnWhole(
  { tasks: [task] }: PlannedTasks,
  results: string,
): Promise<Surface | undefined> {
  if (!('step' in task) || task.step.kind !== 'whole') return undefined;
  return new KeptStore(results).read(task.key, surfaceSchema);
}
