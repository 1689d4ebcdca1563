import { join } from 'node:path';
import { follow, type Standing } from '../cluster/follow';
import { type GivenOut, type Spreading, giveOut, printedFor } from '../cluster/give-out';
import type { On } from '../cluster/on';
import { standingLine, tasksText } from '../cluster/standing-line';
import type { FailedTask } from '../contract/comparison';
import { CancelledError } from '../core/errors';
import { leaveOrCancel } from './leave-or-cancel';
import { complain } from './print';
import { progressDisplay } from './progress-bar';
import { runJob } from './run-job';

/** How this very installation is started. */
const COMMAND = [process.execPath, join(__dirname, 'cli.js')];

/**
 * Has tasks done where `--on` says, and waits for them.
 * @returns why tasks have no result, by what each is of; or the text that was to be printed instead.
 * @throws CancelledError after Ctrl+C; UserError where nothing can be started.
 */
export async function spread(
  on: On,
  asked: Omit<Spreading, 'command' | 'timing'>,
): Promise<{ readonly text: string } | { readonly failures: Record<string, FailedTask> }> {
  const spreading: Spreading = {
    ...asked,
    command: COMMAND,
    timing: {
      analysis: (request) => runJob('estimate', request, `timing ${request.checkpoint}`),
      run: ({ experiment, run }) => runJob('estimateRun', { experiment, run }, `timing the run ${run}`),
    },
  };
  if (on.kind === 'print') return { text: await printedFor(on, spreading) };
  const failures = await giveOut(on, spreading, followed);
  for (const { reason } of Object.values(failures)) complain(reason);
  return { failures };
}

/** Follows tasks with a bar on the terminal; Ctrl+C asks what shall become of them. */
async function followed({ list, job, place, started, isNew }: GivenOut): Promise<Standing> {
  const display = progressDisplay();
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const total = job.indices.length;
  const who = place.outlives ? `job ${started.id}` : 'processes here';
  display.say(
    `${isNew ? 'Started' : 'Following'} ${tasksText(total)} as ${who}; logs are in ${job.folder.logs}`,
  );
  try {
    return await follow(
      list,
      { job, started },
      {
        signal: cancel.signal,
        tell: (standing) =>
          display.update({
            stage: standingLine(standing, total),
            fraction: (standing.done.length + standing.failed.length) / total,
            remainingSeconds: undefined,
          }),
      },
    );
  } catch (error) {
    display.stop();
    if (error instanceof CancelledError) await leaveOrCancel(place, started);
    else if (!place.outlives) await started.cancel();
    throw error;
  } finally {
    display.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
