import { readFileSync } from 'node:fs';

/** What the system says of a process. */
export interface ProcessStatus {
  /** One letter: `R` runs or would, `S` waits, `D` waits for a disk, `T` is stopped, `Z` has ended. */
  readonly state: string;
  /** Processor time that it has used, of all its threads, in seconds. */
  readonly processorSeconds: number;
  /** When it began, in ticks since the system did: another process of its number began at another time. */
  readonly begun: string;
}

/** Ticks in a second, as Linux gives them to programs. */
const TICKS = 100;

/** The status of a process by /proc; undefined where there is none, or no such process. */
export function statusOf(pid: number): ProcessStatus | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name, in parentheses, may hold anything. Then, from the third on: proc(5), utime is the 14th, starttime the 22nd.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20) return undefined;
  return {
    state: fields[0],
    processorSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    begun: fields[19],
  };
}
