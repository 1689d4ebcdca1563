import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Case, Outcome } from './child';
import { HOSTILE } from './hostile/table';
import { SUBJECTS } from './subjects';
import { mostBytesOf, secondsOf } from './usage';

/** What a case may use at most. */
const MOST_SECONDS = 10;
/** Before a child is given up: a case is read by several readers, and each may take so long. */
const PATIENCE = 40;
const MOST_BYTES = 1e9;
/** How often a child is looked at that has not answered. */
const POLL_MILLISECONDS = 500;
/** A child reads this many files, so that what a reader leaves behind shows and yet is no fault of the thousandth file. */
const MOST_CASES = 400;
/** Cases run side by side in this many children. */
const CHILDREN = 2;

export interface Tally {
  readonly cases: number;
  readonly refused: number;
  readonly same: number;
  readonly other: number;
  /** Cases that went wrong: hangs, crashes, memory, faults of readers, damage that a checksum could have told. */
  readonly wrong: readonly string[];
  /** Of all cases together, in seconds. */
  readonly processor: number;
  /** The case that took the most memory, and the one that took the most time. */
  readonly largest: string;
  readonly slowest: string;
}

/** The same row of cases for the same first seed, over all kinds of files in turn, or those with this in their name. */
export function casesOf(count: number, first: number, part = ''): Case[] {
  const names = [...SUBJECTS.keys()].filter((name) => name.includes(part));
  return Array.from({ length: count }, (_, i) => ({ subject: names[i % names.length], seed: first + i }));
}

/** Files that were made to do harm, or those of them that are quick to refuse. */
export const hostileCases = (which: 'all' | 'quick' = 'all'): Case[] =>
  [...HOSTILE]
    .filter(([, { isLarge = false }]) => which === 'all' || !isLarge)
    .map(([subject]) => ({ subject, seed: 0 }));

/** Runs one case in a child; tells what became of it, or why the child is no more. */
function runIn(child: ChildProcess, wanted: Case): Promise<Outcome | string> {
  return new Promise((resolve) => {
    const before = secondsOf(child.pid!) ?? 0;
    const watch = setInterval(() => {
      const seconds = secondsOf(child.pid!) ?? 0;
      if (seconds - before > PATIENCE)
        end(`hangs: over ${PATIENCE} s of processor time, at ${mostBytesOf(child.pid)} bytes`);
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
    execArgv: ['--import', 'tsx', '--max-old-space-size=1024', '--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

/** What is wrong with a case, if anything. */
function wrongOf(result: Outcome | string): string | undefined {
  if (typeof result === 'string') return result;
  if (result.kind === 'fault') return result.detail;
  if (result.seconds > MOST_SECONDS) return `hangs: ${result.seconds} s of processor time`;
  return (result.bytes ?? 0) > MOST_BYTES ? `takes ${result.bytes} bytes of memory` : undefined;
}

/** Takes cases from a row that others take from too, in a child that is replaced when a case went wrong. */
async function work(
  cases: Iterator<Case>,
  done: (wanted: Case, result: Outcome | string) => void,
): Promise<void> {
  let child: ChildProcess | undefined;
  let read = 0;
  for (let next = cases.next(); !next.done; next = cases.next()) {
    child ??= start();
    const result = await runIn(child, next.value);
    done(next.value, result);
    if (wrongOf(result) === undefined && ++read < MOST_CASES) continue;
    if (child.connected) child.disconnect();
    child = undefined;
    read = 0;
  }
  if (child?.connected) child.disconnect();
}

/**
 * Reads damaged copies of files, one after the other in few children that are replaced now and then, and when one dies or
 * does not come to an end. Time is that of the processor, and memory the most that the child held, for each case.
 * @param progress hears of every case, and what is wrong with it.
 */
export async function fuzz(
  cases: readonly Case[],
  progress: (done: number, wrong: string | undefined) => void = () => undefined,
): Promise<Tally> {
  const counts = { refused: 0, same: 0, other: 0, fault: 0 };
  const wrong: string[] = [];
  const most = { seconds: 0, slowest: '', bytes: 0, largest: '' };
  let processor = 0;
  let count = 0;
  const done = ({ subject, seed }: Case, result: Outcome | string) => {
    const name = `${subject}, seed ${seed}`;
    const reason = wrongOf(result);
    if (reason !== undefined) wrong.push(`${name}: ${reason}`);
    if (typeof result !== 'string') {
      counts[result.kind]++;
      const { seconds, bytes = 0 } = result;
      processor += seconds;
      if (seconds > most.seconds)
        Object.assign(most, { seconds, slowest: `${name}: ${seconds.toFixed(2)} s` });
      if (bytes > most.bytes)
        Object.assign(most, { bytes, largest: `${name}: ${Math.round(bytes / 1e6)} MB` });
    }
    progress(++count, reason === undefined ? undefined : `${name}: ${reason}`);
  };
  const row = cases[Symbol.iterator]();
  const children = Math.min(CHILDREN, cases.length);
  await Promise.all(Array.from({ length: children }, () => work(row, done)));
  const { refused, same, other } = counts;
  const { slowest, largest } = most;
  return { cases: cases.length, refused, same, other, wrong, processor, slowest, largest };
}
