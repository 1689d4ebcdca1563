import { execFile } from 'node:child_process';
import { UserError } from '../../core/errors';

/** What a program of Slurm's answered. */
export interface Answered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds; a controller under load takes a while. */
const LIMIT = 120_000;

/**
 * Runs a program of Slurm's to its end.
 * @throws UserError where there is none of that name.
 */
export function slurmProgram(program: string, ...options: readonly string[]): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      options,
      { timeout: LIMIT, maxBuffer: 2 ** 26, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error?.code === 'ENOENT')
          reject(
            new UserError(
              `There is no ${program} here: slurm is for the login node of a cluster, local:N for processes of this machine.`,
            ),
          );
        else resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

/** What it said where something went wrong, on one line. */
export const complaintOf = ({ stdout, stderr, code }: Answered): string =>
  (stderr.trim() || stdout.trim() || `exit code ${code}`).split(/\s*\n\s*/).join('; ');
