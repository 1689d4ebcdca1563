import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const PROGRAMS = join(__dirname, 'fake-slurm');

/** The environment in which Slurm is a fake of one node that keeps what it knows in a folder. */
export const fakeSlurm = (folder: string): Record<string, string> => ({
  PATH: `${PROGRAMS}${delimiter}${process.env['PATH'] ?? ''}`,
  FAKE_SLURM: folder,
  XDG_CONFIG_HOME: join(folder, 'config'),
});

/** The scripts that were submitted to it. */
export function submitted(folder: string): string[] {
  const file = join(folder, 'submitted');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

/** The environment of a real Slurm of two nodes on this machine; undefined where its packages cannot be had. */
export async function realSlurm(
  folder: string,
  after: (end: () => Promise<void>) => void,
): Promise<Record<string, string> | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return undefined;
  const port = 20_000 + (process.pid % 10_000);
  const words = [join(__dirname, 'slurm-local.sh'), folder, String(port)];
  const said = await promisify(execFile)('bash', words, { timeout: 90_000 }).catch(() => undefined);
  // Now: the folder may be taken away before the test's end.
  const pids = pidsIn(folder).reverse();
  after(() => endAll(pids));
  if (!said) return undefined;
  const lines = said.stdout.trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The processes of a Slurm of {@link realSlurm}: munged, slurmctld, and slurmd of both nodes. */
export const pidsIn = (folder: string): number[] => {
  const file = join(folder, 'pids');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map(Number) : [];
};

/** Asks processes to end, since they end their own children, and makes those that do not. */
async function endAll(pids: readonly number[]): Promise<void> {
  let left = pids.filter((pid) => isSignalled(pid, 'SIGTERM'));
  for (let i = 0; i < 50 && left.length > 0; i++) {
    await sleep(100);
    left = left.filter((pid) => isSignalled(pid, 0));
  }
  for (const pid of left) isSignalled(pid, 'SIGKILL');
}

/** Was there a process to take the signal? */
function isSignalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
