import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { UserError } from '../../core/errors';

/** Bytes that a new process may still take: what the machine has free, and a limit on processes (`ulimit -v`, containers). */
export function availableMemory(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return Math.min(freemem(), addressLimit(), constrained > 0 ? constrained : Infinity);
}

/** Linux says the limit of a process in a file; elsewhere there is none to be found. */
function addressLimit(): number {
  try {
    const found = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return found ? Number(found[1]) : Infinity;
  } catch {
    return Infinity;
  }
}

/**
 * Refuses, before it is claimed, memory that is not there.
 * @param needed bytes.
 * @param what needs them, as it begins the sentence.
 * @throws UserError
 */
export function checkMemory(needed: number, what: string, available = availableMemory()): void {
  if (needed <= available) return;
  const gigabytes = (bytes: number) =>
    bytes < 1e10 ? (bytes / 1e9).toFixed(1) : Math.round(bytes / 1e9).toLocaleString('en');
  throw new UserError(
    `${what} needs about ${gigabytes(needed)} GB of memory, and ${gigabytes(available)} GB are free: use a smaller network or input.`,
  );
}

/**
 * How many lanes have room for a chunk of rows each, one at least; how many there are moves no digit.
 * @param bytesOfOne that a single row needs, and `bytesPerRow` what every further one does.
 * @throws UserError where there is no room for a single row.
 */
export function lanesThatFit(
  bytesOfOne: number,
  bytesPerRow: number,
  rows: number,
  available = availableMemory(),
): number {
  checkMemory(bytesOfOne, 'This network with a single row of these data', available);
  const bytesOfLane = bytesOfOne + (rows - 1) * Math.max(0, bytesPerRow);
  return Math.max(1, Math.floor(available / Math.max(1, bytesOfLane)));
}
