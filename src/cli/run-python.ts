import { spawn } from 'node:child_process';
import { CancelledError, UserError } from '../core/errors';
import type { Command } from '../python/command';

/** How long a child may take to notice the interruption that a terminal sends to all. */
const PATIENCE = 500;

/**
 * Runs a command to its end, its errors on our stderr; Ctrl+C ends it.
 * @throws UserError when it cannot be started
 */
export function runPython([program, ...args]: Command): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let [stdout, interrupted] = ['', false];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const interrupt = () => {
      interrupted = true;
      setTimeout(() => child.kill('SIGINT'), PATIENCE).unref();
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const settled = () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      settled();
      reject(
        new UserError(
          error.code === 'ENOENT'
            ? `There is no ${program} here: name the Python that the network was trained with by --interpreter.`
            : `${program} could not be started: ${error.message}.`,
        ),
      );
    });
    child.on('close', (code) => {
      settled();
      if (interrupted) reject(new CancelledError());
      else resolve({ code, stdout });
    });
  });
}
