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
