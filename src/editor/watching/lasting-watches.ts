import type * as vscode from 'vscode';
import * as z from 'zod';
import { messageOf } from '../../core/errors';
import { isDocumentJob, isUnderWay, isWatch, keyOf, type DocumentAsked, type Job } from '../jobs/job';
import type { Services } from '../services';

const KEY = 'landscape.watches';

/** Goes on for hours, with or without a window. */
const isLasting = (job: Job): boolean =>
  isWatch(job) || (isDocumentJob(job) && job.asked.on?.startsWith('slurm') === true);

/**
 * Remembers the watches that are under way, and the jobs whose tasks a scheduler has, and takes them up in the next window:
 * one that its person stopped, or that has ended, is forgotten; one that the end of the window stopped is not.
 */
export function keepWatching({
  queue,
  context,
  log,
}: Pick<Services, 'queue' | 'log'> & {
  readonly context: Pick<vscode.ExtensionContext, 'workspaceState'>;
}): vscode.Disposable {
  const { workspaceState } = context;
  let isClosing = false;
  let written = '';
  const left = workspaceState.get<unknown>(KEY);
  const stop = queue.onChange((job) => {
    if (!isLasting(job) || isClosing) return;
    const watches = queue.all.filter(isLasting).filter(isUnderWay);
    const keys = watches.map(({ key }) => key).join();
    if (keys === written) return;
    written = keys;
    void workspaceState.update(
      KEY,
      watches.map(({ asked }) => asked),
    );
  });
  takeUp(left).catch((error: unknown) => log.warn(messageOf(error)));
  return {
    dispose: () => {
      isClosing = true;
      stop();
    },
  };

  async function takeUp(asked: unknown): Promise<void> {
    if (!Array.isArray(asked) || asked.length === 0) return;
    const { requestSchema } = await import('../documents/document-schema');
    const schema = z.object({ request: requestSchema, title: z.string(), on: z.string().optional() });
    for (const each of asked) {
      const parsed: DocumentAsked | undefined = schema.safeParse(each).data;
      if (parsed === undefined || isClosing) continue;
      log.info(`${parsed.title}: taken up again (${keyOf(parsed)}).`);
      queue.add(parsed);
    }
  }
}
