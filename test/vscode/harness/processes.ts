import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Set in the server's environment and so inherited by all that it starts, even when orphaned. */
export const runMarker = 'LANDSCAPE_TEST_SESSION';

export interface Process {
  pid: number;
  argv: string[];
}

/** Every process that a session's server started, directly or not, found by the mark in its environment. */
export function sessionProcesses(session: string): Process[] {
  const found: Process[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
      if (!environment.includes(`${runMarker}=${session}`)) continue;
      // A zombie has an empty command line: it holds nothing and waits for its parent only.
      const argv = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').slice(0, -1);
      if (argv.length > 0) found.push({ pid: Number(entry), argv });
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return found;
}

/** The engine and its lanes that a session runs at this moment. */
export function engineProcesses(session: string): { engines: Process[]; lanes: Process[] } {
  const processes = sessionProcesses(session);
  const running = (file: string) =>
    processes.filter(({ argv }) => argv.some((argument) => argument.replaceAll('\\', '/').endsWith(file)));
  return { engines: running('dist/engine.js'), lanes: running('dist/lane.js') };
}

export function extensionHosts(session: string): Process[] {
  return sessionProcesses(session).filter(({ argv }) => argv.includes('--type=extensionHost'));
}

/** Polls until `condition` holds; the error says what was awaited. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  milliseconds = 15_000,
) {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${milliseconds / 1000} s: ${what}`);
    await sleep(50);
  }
}
