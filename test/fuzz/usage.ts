import { readFileSync, writeFileSync } from 'node:fs';

/** Processor seconds that a process has used; undefined where the system does not say. */
export function secondsOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    // In ticks, of which Linux has a hundred a second.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

/** Linux forgets the most that this process held when 5 is written here. */
export function startPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere the peak is that of the whole process, which is no less.
  }
}

/** The most bytes of memory that a process held, this one unless said otherwise. */
export function mostBytesOf(pid: number | 'self' = 'self'): number | undefined {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return peak ? Number(peak[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}
