import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, Outcome } from './child';
import { SUBJECTS } from './subjects';

/** What a case may use at most. */
const MOST_SECONDS = 10;
const MOST_BYTES = 1e9;
/** How often the child is looked at. */
const POLL_MILLISECONDS = 500;

export interface Tally {
  readonly cases: number;
  readonly refused: number;
  readonly same: number;
  readonly other: number;
  /** Cases that went wrong: hangs, crashes, memory, faults of readers, damage that a checksum could have told. */
  readonly wrong: readonly string[];
}

/** Processor seconds and bytes in memory of a process; undefined where the system does not say. */
function usageOf(pid: number): { seconds: number; bytes: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    // In ticks, of which Linux has a hundred a second.
    return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, bytes: Number(memory?.[1]) * 1024 };
  } catch {
    return undefined;
  }
}

/** Runs one case in a child; tells what became of it, or why the child is no more. */
function runIn(child: ChildProcess, wanted: Case): Promise<Outcome | string> {
  return new Promise((resolve) => {
    const before = usageOf(child.pid!)?.seconds ?? 0;
    const watch = setInterval(() => {
      const usage = usageOf(child.pid!);
      if (!usage) return;
      if (usage.seconds - before > MOST_SECONDS) end(`hangs: over ${MOST_SECONDS} s of processor time`);
      else if (usage.bytes > MOST_BYTES) end(`takes ${usage.bytes} bytes of memory`);
    }, POLL_MILLISECONDS);
    const end = (result: Outcome | string) => {
      clearInterval(watch);
      child.removeAllListeners('message').removeAllListeners('exit');
      if (typeof result === 'string') child.kill('SIGKILL');
      resolve(result);
    };
    child.once('message', (message) => end(message as Outcome));
    child.once('exit', (code, signal) => end(`crashes: ${signal ?? `exit code ${code}`}`));
    child.send(wanted);
  });
}

const start = (): ChildProcess =>
  fork(join(__dirname, 'child.ts'), [], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

/**
 * Reads damaged copies of every kind of file, one after the other in a child that is replaced when it dies or does not come
 * to an end. The same seeds give the same cases.
 * @param progress hears of every case.
 * @param from where in the row of cases it begins, to run one again.
 */
export async function fuzz(
  cases: number,
  first: number,
  progress: (done: number) => void = () => undefined,
  from = 0,
): Promise<Tally> {
  const counts = { refused: 0, same: 0, other: 0, fault: 0 };
  const wrong: string[] = [];
  let child = start();
  for (let i = from; i < from + cases; i++) {
    const wanted: Case = { subject: i % SUBJECTS.length, seed: first + i };
    const result = await runIn(child, wanted);
    const name = `${SUBJECTS[wanted.subject].file}, seed ${wanted.seed}`;
    if (typeof result === 'string') {
      wrong.push(`${name}: ${result}`);
      child = start();
    } else {
      counts[result.kind]++;
      if (result.kind === 'fault') wrong.push(`${name}: ${result.detail}`);
    }
    progress(i + 1);
  }
  child.disconnect();
  const { refused, same, other } = counts;
  return { cases, refused, same, other, wrong };
}
