import type { TaskState, TasksElsewhere } from '../contract/elsewhere';
import type { Standing } from './follow';
import type { GivenOut } from './give-out';
import { failureText } from './standing-line';

/**
 * Each task of a list as it stands; those that were not given out were done before.
 * @param reasons how tasks ended without their results, by their places, as far as it has been looked up.
 */
export function taskStates(
  { list, job, place }: GivenOut,
  standing: Standing,
  reasons: ReadonlyMap<number, string> = new Map(),
): TasksElsewhere {
  const given = new Set(job.indices);
  const done = new Set(standing.done);
  const failed = new Map(standing.failed.map((each) => [each.index, each]));
  const tasks = list.tasks.map(({ label }, index): TaskState => {
    if (!given.has(index) || done.has(index)) return { label, state: 'done' };
    const ended = failed.get(index);
    const why = reasons.get(index);
    if (ended)
      return { label, state: 'failed', ...(ended.node ? { more: ended.node } : {}), ...(why ? { why } : {}) };
    const queued = standing.queued?.get(index);
    const more = queued?.node ?? queued?.reason;
    return { label, state: queued?.state ?? 'waiting', ...(more ? { more } : {}) };
  });
  return { name: job.folder.name, outlive: place.outlives, tasks };
}

/** Looks up how tasks ended without their results, once each: their logs are on a shared disk. */
export class Reasons {
  readonly known = new Map<number, string>();
  private readonly asked = new Set<number>();

  constructor(private readonly given: Pick<GivenOut, 'list' | 'job'>) {}

  /** Begins to look for those that are new; what is found is {@link known} from then on. */
  look({ failed }: Standing): void {
    const { list, job } = this.given;
    for (const each of failed) {
      if (this.asked.has(each.index)) continue;
      this.asked.add(each.index);
      job.folder
        .tailOf(each.index)
        .catch(() => undefined)
        .then((tail) => this.known.set(each.index, failureText(each, list.tasks[each.index].label, tail)))
        .catch(() => undefined);
    }
  }
}
