/** Names in files may be of any length; lists of what is supported are the longest that a sentence holds. */
const LONGEST = 20_000;

/**
 * A mistake in what a person gave us: its message is one clear sentence that names the file or option and
 * says what to do. Shown as it stands (exit code 2 in the terminal), never with a stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(message: string) {
    super(
      message.length > LONGEST
        ? `${message.slice(0, LONGEST / 2)} … ${message.slice(-LONGEST / 2)}`
        : message,
    );
  }
}

/** A file asks for something that is not supported, whatever is given with it. */
export class UnsupportedFileError extends UserError {}

/** The person asked us to stop (exit code 130 in the terminal). */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(message = 'Cancelled.') {
    super(message);
  }
}

/** What computes threw: the runtime refuses a program that was written from the person's network. */
export class ComputeError extends Error {
  override readonly name = 'ComputeError';
}

/** Is it about what a person gave us, so that another try would end as this one did? */
export const isOfFiles = (error: unknown): boolean =>
  error instanceof UserError || error instanceof ComputeError;

/**
 * Whatever was thrown while something of the person's was at hand, as an error that names it: files come from anywhere, and
 * what they bring about in a reader or a runtime is no fault that a stack would explain to their owner.
 * @param subject the file, as it begins the sentence.
 * @param what follows it: `cannot be read`.
 */
export function blamed(error: unknown, subject: string, what: string): Error {
  if (error instanceof UserError || error instanceof CancelledError) return error;
  return new UserError(`${subject} ${what}: ${reasonOf(error)}.`);
}

function reasonOf(error: unknown): string {
  const message = messageOf(error).replace(/\.$/, '');
  if (!(error instanceof RangeError)) return message;
  // V8 has no codes for these.
  if (/call stack/.test(message)) return 'it is nested too deeply';
  if (/allocation failed|Invalid (typed )?array length|string length|buffer/i.test(message))
    return 'it asks for more memory than there is';
  return message;
}

/** Throws {@link CancelledError} once `signal` has been aborted. Called between chunks and products. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
