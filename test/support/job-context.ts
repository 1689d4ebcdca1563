import type { JobContext } from '../../src/jobs/context';
import type { Progress } from '../../src/shared/progress';
import type { Report } from '../../src/shared/report';

/** A job's context that remembers what it was told. */
export function recordingContext(signal: AbortSignal = new AbortController().signal): JobContext & {
  readonly partials: Report[];
  readonly progresses: Progress[];
} {
  const partials: Report[] = [];
  const progresses: Progress[] = [];
  return {
    partials,
    progresses,
    signal,
    progress: (progress) => progresses.push(progress),
    partial: (report) => partials.push(structuredClone(report)),
    log: () => undefined,
  };
}
