import { ComputeEnded } from '../../lanes/lane';
import type { JobContext } from './context';

/**
 * Work that is tried once more where a compute process died under it, with one lane that keeps nothing: mostly it had too
 * little memory. Fewer lanes move no digit.
 * @param what it is, for the log.
 */
export async function onceMore<T>(
  what: string,
  { signal, log }: Pick<JobContext, 'signal' | 'log'>,
  attempt: (lanes: { readonly frugal: boolean }) => Promise<T>,
): Promise<T> {
  try {
    return await attempt({ frugal: false });
  } catch (error) {
    if (!(error instanceof ComputeEnded) || signal.aborted) throw error;
    log('warn', `${what}: ${error.message} It is tried once more, with less memory.`);
    return attempt({ frugal: true });
  }
}
