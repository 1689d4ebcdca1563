import type { TaskState, TasksElsewhere } from '../contract/elsewhere';
import type { Standing } from './follow';
import type { GivenOut } from './give-out';

/** Each task of a list as it stands; those that were not given out were done before. */
export function taskStates({ list, job, place }: GivenOut, standing: Standing): TasksElsewhere {
  const given = new Set(job.indices);
  const done = new Set(standing.done);
  const failed = new Map(standing.failed.map((each) => [each.index, each]));
  const tasks = list.tasks.map(({ label }, index): TaskState => {
    if (!given.has(index) || done.has(index)) return { label, state: 'done' };
    const ended = failed.get(index);
    if (ended) return { label, state: 'failed', ...(ended.node ? { more: ended.node } : {}) };
    const queued = standing.queued?.get(index);
    const more = queued?.node ?? queued?.reason;
    return { label, state: queued?.state ?? 'waiting', ...(more ? { more } : {}) };
  });
  return { name: job.folder.name, outlive: place.outlives, tasks };
}
