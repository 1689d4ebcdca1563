import { CancelledError, messageOf } from '../../core/errors';
import type { Progress } from '../../contract/progress';
import type { Report } from '../../contract/report';
import type { AnyRequest } from '../store/report-store';
import { identityOf } from './identity';

export type RunStatus = 'queued' | 'running' | 'finished' | 'failed' | 'cancelled';

/** One analysis or interpolation that was asked for in this window. */
export interface Run {
  readonly id: number;
  readonly request: AnyRequest;
  readonly identity: string;
  readonly status: RunStatus;
  readonly progress: Progress | undefined;
  /** What has been found so far; whole when finished. */
  readonly report: Report | undefined;
  readonly error: Error | undefined;
  /** Is a stored report of the same contents as good as a new one? */
  readonly reuse: boolean;
  /** Was all of it asked for, however long it takes? Else a long run ends with first figures. */
  readonly whole: boolean;
  /** What first figures lack, in a sentence. */
  readonly rest: string | undefined;
}

export interface RunHooks {
  readonly reuse: boolean;
  readonly whole: boolean;
  /** Called before first figures are measured in place of the whole. */
  readonly onRest: (rest: string) => void;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onPartial: (report: Report) => void;
}

/** Carries out one request. */
export type Execute = (request: AnyRequest, hooks: RunHooks) => Promise<Report>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Finished runs stay visible, but not for ever. */
const KEPT = 50;

/** The runs of this window: one at a time, in the order asked for, each one cancellable. */
export class RunQueue {
  private readonly all: Mutable<Run>[] = [];
  private readonly controllers = new Map<Run, AbortController>();
  private readonly listeners = new Set<(run: Run) => void>();
  private nextId = 1;

  constructor(private readonly execute: Execute) {}

  /** Newest last. */
  get runs(): readonly Run[] {
    return this.all;
  }

  get running(): Run | undefined {
    return this.all.find((run) => run.status === 'running');
  }

  /**
   * Asks for a run, which measures anew unless a stored report may be reused. One that waits or runs already for the
   * same thing is returned instead.
   */
  add(request: AnyRequest, { reuse = false, whole = false } = {}): Run {
    const identity = identityOf(request);
    const same = this.all.find((run) => run.identity === identity && isUnderWay(run));
    if (same !== undefined) return same;
    const run: Mutable<Run> = {
      id: this.nextId++,
      request,
      identity,
      status: 'queued',
      progress: undefined,
      report: undefined,
      error: undefined,
      reuse,
      whole,
      rest: undefined,
    };
    this.all.push(run);
    this.forgetOldest();
    this.changed(run);
    this.startNext();
    return run;
  }

  /** The newest run for an identity. */
  latest(identity: string): Run | undefined {
    return this.all.filter((run) => run.identity === identity).at(-1);
  }

  /** How many runs come before this queued one. */
  ahead(run: Run): number {
    return this.all.filter((other) => isUnderWay(other) && other.id < run.id).length;
  }

  /** Ends a run that waits at once, one that runs as soon as it stops. */
  cancel(run: Run): void {
    if (run.status === 'queued') this.set(run, { status: 'cancelled' });
    else this.controllers.get(run)?.abort();
  }

  cancelAll(): void {
    for (const run of this.all.filter(isUnderWay).reverse()) this.cancel(run);
  }

  /** Calls `listener` at every change of a run, until the returned function is called. */
  onChange(listener: (run: Run) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private startNext(): void {
    if (this.running !== undefined) return;
    const next = this.all.find((run) => run.status === 'queued');
    if (next !== undefined) void this.start(next);
  }

  private async start(run: Mutable<Run>): Promise<void> {
    const controller = new AbortController();
    this.controllers.set(run, controller);
    this.set(run, { status: 'running' });
    try {
      const report = await this.execute(run.request, {
        reuse: run.reuse,
        whole: run.whole,
        onRest: (rest) => this.set(run, { rest }),
        signal: controller.signal,
        onProgress: (progress) => this.set(run, { progress }),
        onPartial: (partial) => this.set(run, { report: partial }),
      });
      this.set(run, { status: 'finished', report });
    } catch (error) {
      const cancelled = error instanceof CancelledError;
      const asError = error instanceof Error ? error : new Error(messageOf(error));
      this.set(run, cancelled ? { status: 'cancelled' } : { status: 'failed', error: asError });
    } finally {
      this.controllers.delete(run);
      this.startNext();
      for (const waiting of this.all) if (waiting.status === 'queued') this.changed(waiting);
    }
  }

  private set(run: Mutable<Run>, change: Partial<Run>): void {
    Object.assign(run, change);
    this.changed(run);
  }

  private changed(run: Run): void {
    for (const listener of this.listeners) listener(run);
  }

  private forgetOldest(): void {
    const over = this.all.findIndex((run) => !isUnderWay(run));
    if (this.all.length > KEPT && over !== -1) this.all.splice(over, 1);
  }
}

export function isUnderWay(run: Run): boolean {
  return run.status === 'queued' || run.status === 'running';
}
