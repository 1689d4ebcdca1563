import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { UserError } from '../core/errors';

/** Of a process that has only started and loaded the runtime: its address space (measured: 0.9 to 1.1 GB). */
const ADDRESSES_AT_START = 1.1e9;

/** Bytes that a new process may take for its work: what the machine has free, and limits on processes (`ulimit -v`, containers). */
export function availableMemory(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return Math.min(
    freemem(),
    Math.max(0, addressLimit() - ADDRESSES_AT_START),
    constrained > 0 ? constrained : Infinity,
  );
}

/** The most bytes of address space that a process may have (`ulimit -v`): Linux says it in a file, elsewhere none is to be found. */
export function addressLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    const found = /^Max address space\s+(\d+)/m.exec(limits);
    return found ? Number(found[1]) : Infinity;
  } catch {
    return Infinity;
  }
}

/** The engine and a lane start in this (measured: 1.0 to 1.1 GB); with less Node aborts without a word. */
const LEAST_ADDRESSES = 1.2e9;

/**
 * Refuses to start processes that could only abort.
 * @throws UserError
 */
export function checkAddressLimit(allowed = addressLimit()): void {
  if (allowed >= LEAST_ADDRESSES) return;
  throw new UserError(
    `Landscape needs about ${gigabytes(LEAST_ADDRESSES)} of memory to start, and a process may have ${gigabytes(allowed)} here: raise the limit (ulimit -v).`,
  );
}

/** Bytes as people say them: "3.2 GB", "19,000 GB". */
export const gigabytes = (bytes: number): string =>
  `${bytes < 1e10 ? (bytes / 1e9).toFixed(1) : Math.round(bytes / 1e9).toLocaleString('en')} GB`;

/**
 * Refuses, before it is claimed, memory that is not there.
 * @param needed bytes.
 * @param what needs them, as it begins the sentence.
 * @param cure ends the sentence.
 * @throws UserError
 */
export function checkMemory(
  needed: number,
  what: string,
  cure = 'use a smaller network or input',
  available = availableMemory(),
): void {
  if (needed <= available) return;
  throw new UserError(
    `${what} needs about ${gigabytes(needed)} of memory, and ${gigabytes(available)} are free: ${cure}.`,
  );
}
