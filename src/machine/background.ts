import { constants, setPriority } from 'node:os';

/** Makes a process, and those that it will start, give way to all others that want the processors. */
export function letOthersGoFirst(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, which is told elsewhere, or this system has no priorities: it works all the same.
  }
}
