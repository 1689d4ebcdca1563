import type { EngineMethod, EngineRequests, PartialOf } from '../../contract/engine-protocol';
import type { Progress } from '../../contract/progress';
import type { Report } from '../../contract/report';

/** What a job is given besides its request: how to hear that it should stop, and how to tell where it stands. */
export interface JobContext<Document = Report> {
  /** Aborted when the person cancels or the channel closes; a job stops between chunks and throws `CancelledError`. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** The report so far (or history, comparison...), with `status: "running"`. */
  partial(report: Document): void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Take as little memory as can be: a compute process died a moment ago, mostly for want of it. */
  readonly frugal?: boolean;
}

/** One handler a method of the protocol. */
export type JobTable = {
  readonly [M in EngineMethod]: (
    request: EngineRequests[M]['request'],
    context: JobContext<PartialOf<M>>,
  ) => Promise<EngineRequests[M]['result']>;
};
