import { createContext, Script } from 'node:vm';

const held: { action?: () => unknown } = {};
const context = createContext(held);
const script = new Script('action()');

/**
 * Runs a synchronous action and ends it after a time, even inside a loop of WebAssembly that calls nobody: Node's `vm` is
 * the one place that has such a watchdog. What was ended runs no `finally` of its own.
 * @throws the action's own error, or one that {@link isTimeout} knows.
 */
export function withinTime<Result>(milliseconds: number, action: () => Result): Result {
  const outer = held.action;
  let result: { value: Result } | undefined;
  held.action = () => (result = { value: action() });
  try {
    script.runInContext(context, { timeout: Math.ceil(milliseconds) });
  } finally {
    if (outer) held.action = outer;
    else delete held.action;
  }
  if (!result) throw new Error('The action did not run.');
  return result.value;
}

/** Work that may be ended and done again: it counts what it has got done, and is allowed time for that. */
export interface WatchedWork<Result> {
  /** Milliseconds of processor time that what was done up to now may have taken. */
  allowed(): number;
  run(): Promise<Result>;
}

/** Where a processor is shared, an attempt that took this much of what it is allowed has run long enough to be judged. */
const ENOUGH = 0.6;

/**
 * Runs work again and again, each time with a longer limit by the wall, until it ends or has used up the processor time
 * that it is allowed: a busy or sleeping machine makes nothing look endless.
 * @param begin starts anew and gets the limit for {@link withinTime}, in milliseconds.
 * @throws the work's own error, or one that {@link isTimeout} knows.
 */
export async function withinWork<Result>(
  begin: (milliseconds: number) => WatchedWork<Result>,
  first: number,
): Promise<Result> {
  for (let limit = first; ; limit *= 2) {
    const work = begin(limit);
    const before = process.cpuUsage();
    try {
      return await work.run();
    } catch (error) {
      const { user, system } = process.cpuUsage(before);
      if (!isTimeout(error) || (user + system) / 1000 >= ENOUGH * work.allowed()) throw error;
    }
  }
}

/** Whether an error means that {@link withinTime} ended an action. */
export function isTimeout(error: unknown): boolean {
  // It comes from the other context, so that it is no instance of this one's Error.
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
