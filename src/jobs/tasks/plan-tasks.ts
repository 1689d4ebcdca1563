import type { CompareRequest } from '../../contract/comparison';
import type { PlannedTasks, Task } from '../../contract/tasks';
import { isOfFiles, throwIfCancelled } from '../../core/errors';
import { openModel } from '../../formats/model';
import { reportKey } from '../../settings/result-key';
import { membersOf, requestOf, rowsOf } from '../compare/members';
import type { JobContext } from '../context/context';
import { ReportCache } from '../context/report-cache';

/**
 * One task a checkpoint of a comparison, with the key of its report. A checkpoint that cannot be read has none: the
 * comparison itself says so.
 * @throws UserError where the data cannot be read, or a checkpoint is named twice.
 */
export async function planTasks(
  request: CompareRequest,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<PlannedTasks> {
  const { members } = await membersOf(request);
  const data = await rowsOf(request, signal);
  const cache = new ReportCache(request.cache);
  const tasks: Task[] = [];
  const kept: string[] = [];
  for (const [i, checkpoint] of request.checkpoints.entries()) {
    throwIfCancelled(signal);
    const { label } = members[i];
    progress({
      stage: `reading ${label}`,
      fraction: i / request.checkpoints.length,
      remainingSeconds: undefined,
    });
    const own = requestOf(request, checkpoint, members[i]);
    const sha256 = await openModel(checkpoint, signal, data.shapes, own).then(
      (opened) => opened.sha256,
      (error: unknown) => {
        if (!isOfFiles(error)) throw error;
        return undefined;
      },
    );
    if (sha256 === undefined) continue;
    const key = reportKey({ checkpoint: sha256, data: data.sha256 }, own);
    tasks.push({ label, key, request: own });
    if (await cache.find(key, own)) kept.push(key);
  }
  return { tasks, kept };
}
