/**
 * A mistake in what a person gave us: its message is one clear sentence that names the file or option and
 * says what to do. Shown as it stands (exit code 2 in the terminal), never with a stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The person asked us to stop (exit code 130 in the terminal). */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(message = 'Cancelled.') {
    super(message);
  }
}

/** Throws {@link CancelledError} once `signal` has been aborted. Called between chunks and products. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
