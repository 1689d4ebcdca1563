import type { Failure } from './engine-protocol';
import { CancelledError, ComputeError, UserError, blamed, messageOf } from '../core/errors';

/**
 * Anything thrown by a job, as it crosses the channel (an Error would lose its class there).
 * @param subject what the job was about, for what the runtime says of its network.
 */
export function failureOf(thrown: unknown, subject = 'The network'): Failure {
  const error = thrown instanceof ComputeError ? blamed(thrown, subject, 'cannot be computed') : thrown;
  if (error instanceof UserError) return { kind: 'user', message: error.message };
  if (error instanceof CancelledError) return { kind: 'cancelled', message: error.message };
  const stack = error instanceof Error ? error.stack : undefined;
  return { kind: 'internal', message: messageOf(error), ...(stack === undefined ? {} : { stack }) };
}

/** The error a caller sees for a failure of the engine: the class it had there. */
export function errorOf(failure: Failure): Error {
  if (failure.kind === 'user') return new UserError(failure.message);
  if (failure.kind === 'cancelled') return new CancelledError(failure.message);
  const error = new Error(failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
