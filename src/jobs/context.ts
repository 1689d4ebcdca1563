import type { EngineMethod, EngineRequests } from '../shared/engine-protocol';
import type { Progress } from '../shared/progress';
import type { Report } from '../shared/report';

/** What a job is given besides its request: how to hear that it should stop, and how to tell where it stands. */
export interface JobContext {
  /** Aborted when the person cancels or the channel closes; a job stops between chunks and throws `CancelledError`. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** The report so far, with `status: "running"`. */
  readonly partial: (report: Report) => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** One handler a method of the protocol. */
export type JobTable = {
  readonly [M in EngineMethod]: (
    request: EngineRequests[M]['request'],
    context: JobContext,
  ) => Promise<EngineRequests[M]['result']>;
};
