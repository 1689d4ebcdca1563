import type { JobContext } from './context';

/**
 * What a job is told that is a part of another: it is cancelled with it, logs to its log and takes no more memory; what it
 * finds on the way stays within.
 */
export const subJob = (
  { signal, log, frugal = false }: Pick<JobContext, 'signal' | 'log' | 'frugal'>,
  progress: JobContext['progress'],
): Omit<JobContext, 'partial'> & { partial(): void } => ({
  signal,
  log,
  frugal,
  progress,
  partial: () => undefined,
});
