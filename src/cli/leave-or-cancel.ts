import { createInterface } from 'node:readline/promises';
import type { Place, StartedJob } from '../cluster/place';
import { complain } from './print';

/**
 * After Ctrl+C: whether tasks elsewhere are cancelled or go on, as a person says where one can be asked. They go on where
 * nobody answers.
 */
export async function leaveOrCancel(place: Place, started: StartedJob): Promise<void> {
  if (!place.outlives || (await wantsCancelling())) {
    await started.cancel();
    complain('The tasks are cancelled. What was finished is kept: the same command goes on from there.');
    return;
  }
  complain(
    `The tasks go on. The same command follows them again; ${place.cancelCommand(started)} cancels them.`,
  );
}

async function wantsCancelling(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    // Ctrl+C once more closes it: they go on.
    const answer = await Promise.race([
      lines.question('\nCancel the tasks? They go on else. [y/N] '),
      closed,
    ]);
    return /^\s*y/i.test(answer);
  } finally {
    lines.close();
  }
}
