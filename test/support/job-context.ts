import type { JobContext } from '../../src/jobs/context/context';
import type { Progress } from '../../src/contract/progress';
import type { Report } from '../../src/contract/report';

/** A job's context that remembers what it was told. */
export function recordingContext<Document = Report>(
  signal: AbortSignal = new AbortController().signal,
): JobContext<Document> & {
  readonly partials: Document[];
  readonly progresses: Progress[];
} {
  const partials: Document[] = [];
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
