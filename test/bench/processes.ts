import { readFileSync, readdirSync } from 'node:fs';

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Resident bytes of a process (Linux alone says it). */
export const rssOf = (pid: number): number =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0);

/** The processes that a process started, by their numbers (Linux alone says it). */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      textOf(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Those that these started too. */
export const descendants = (pid: number): number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);

/** Processor time that a process has used, with that of its children that have ended, in seconds (Linux alone says it). */
export function processorSecondsOf(pid: number): number {
  const text = textOf(`/proc/${pid}/stat`);
  // After the name in parentheses: utime, stime, cutime and cstime are the 14th to the 17th of proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
