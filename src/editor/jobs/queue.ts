import { CancelledError, messageOf } from '../../core/errors';
import type { PanelDocument } from '../../contract/panel-protocol';
import type { Progress } from '../../contract/progress';
import type { Report } from '../../contract/report';
import type { AnyRequest } from '../store/report-store';
import type { Rest } from './quick';
import {
  isDocumentJob,
  isReportJob,
  isUnderWay,
  keyOf,
  type Asked,
  type DocumentAsked,
  type Job,
} from './job';

/** What a job hears of, and tells, while it is carried out. */
export interface JobHooks {
  readonly signal: AbortSignal;
  /** Called before first figures are measured in place of the whole, and when more is known of what they lack. */
  readonly onRest: (rest: Rest) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onPartial: (found: Report | PanelDocument) => void;
}

/** Carries out one job. */
export type Execute = (job: Job, hooks: JobHooks) => Promise<Report | PanelDocument>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Change = Partial<Mutable<Omit<Job, 'asked' | 'found'>>> & {
  asked?: Asked;
  found?: Report | PanelDocument | undefined;
};
type Listener = (job: Job) => void;

/** How a job is carried out; see {@link Job}. */
interface HowMuch {
  readonly reuse?: boolean;
  readonly whole?: boolean;
  readonly instead?: AnyRequest | undefined;
}

/** Finished reports stay visible, but not for ever. */
const KEPT = 50;

/**
 * The jobs of this window, each one cancellable. Reports are made one at a time, in the order asked for; documents
 * begin at once.
 */
export class JobQueue {
  private readonly jobs: Job[] = [];
  private readonly controllers = new Map<Job, AbortController>();
  private readonly changes = new Set<Listener>();
  private readonly ends = new Set<Listener>();
  private nextId = 1;

  constructor(private readonly execute: Execute) {}

  /** Newest last. */
  get all(): readonly Job[] {
    return this.jobs;
  }

  /** Those that run or wait, in the order asked for. */
  get underWay(): readonly Job[] {
    return this.jobs.filter(isUnderWay);
  }

  /**
   * Asks for a report or a document; a report is measured anew unless a stored one may be reused. A job that waits or
   * runs already for the same thing is returned instead.
   */
  add(asked: Asked, { reuse = false, whole = false, instead }: HowMuch = {}): Job {
    const known = this.latest(keyOf(asked));
    if (known !== undefined && isUnderWay(known)) return known;
    // A document goes on where it stopped, in its job, which shows what had been found.
    const job = known !== undefined && isDocumentJob(known) ? known : this.make(asked);
    const anew = { progress: undefined, error: undefined, rest: undefined };
    this.set(job, { asked, status: 'queued', ...anew, reuse, whole, instead });
    this.startReady();
    return job;
  }

  /**
   * Takes in a document that an earlier window or another program made, to be shown and gone on with. The last time it
   * was read counts, unless its job is under way.
   */
  open(asked: DocumentAsked, document: PanelDocument | undefined): void {
    const job = this.latest(keyOf(asked)) ?? this.make(asked);
    if (!isUnderWay(job)) this.set(job, { asked, ...(document && { found: document }) });
  }

  /** The newest job for a key. */
  latest(key: string): Job | undefined {
    return this.jobs.filter((job) => job.key === key).at(-1);
  }

  /** How many reports come before this one, which waits. */
  ahead({ id }: Job): number {
    return this.underWay.filter((job) => isReportJob(job) && job.id < id).length;
  }

  /** Ends a job that waits at once, one that runs as soon as it stops. */
  cancel(job: Job): void {
    if (job.status === 'queued') this.end(job, { status: 'cancelled' });
    else this.controllers.get(job)?.abort();
  }

  cancelAll(): void {
    for (const job of [...this.underWay].reverse()) this.cancel(job);
  }

  /** Calls `listener` at every change of a job, until the returned function is called. */
  onChange(listener: Listener): () => void {
    this.changes.add(listener);
    return () => this.changes.delete(listener);
  }

  /** Calls `listener` when a job has ended, however it did, until the returned function is called. */
  onEnd(listener: Listener): () => void {
    this.ends.add(listener);
    return () => this.ends.delete(listener);
  }

  private make(asked: Asked): Job {
    const nothing = { progress: undefined, found: undefined, error: undefined, rest: undefined };
    const told = {
      id: this.nextId++,
      asked,
      key: keyOf(asked),
      reuse: false,
      whole: false,
      instead: undefined,
    };
    const job = { ...told, status: 'idle', ...nothing } as Job;
    this.jobs.push(job);
    const oldest = this.jobs.findIndex((other) => isReportJob(other) && other !== job && !isUnderWay(other));
    if (this.jobs.length > KEPT && oldest !== -1) this.jobs.splice(oldest, 1);
    return job;
  }

  private startReady(): void {
    const isBusy = () => this.jobs.some((job) => isReportJob(job) && job.status === 'running');
    for (const job of this.jobs.filter(({ status }) => status === 'queued'))
      if (isDocumentJob(job) || !isBusy()) void this.start(job);
  }

  private async start(job: Job): Promise<void> {
    const controller = new AbortController();
    this.controllers.set(job, controller);
    this.set(job, { status: 'running' });
    try {
      const found = await this.execute(job, {
        signal: controller.signal,
        onRest: (rest) => this.set(job, { rest }),
        onProgress: (progress) => this.set(job, { progress }),
        onPartial: (partial) => this.set(job, { found: partial }),
      });
      this.end(job, { status: 'finished', found });
    } catch (error) {
      const asError = error instanceof Error ? error : new Error(messageOf(error));
      if (error instanceof CancelledError) this.end(job, { status: 'cancelled', found: stopped(job.found) });
      else this.end(job, { status: 'failed', error: asError });
    } finally {
      this.controllers.delete(job);
      this.startReady();
      for (const waiting of this.jobs) if (waiting.status === 'queued') this.changed(waiting);
    }
  }

  private end(job: Job, change: Change): void {
    this.set(job, change);
    for (const listener of this.ends) listener(job);
  }

  private set(job: Job, change: Change): void {
    Object.assign(job, change);
    this.changed(job);
  }

  private changed(job: Job): void {
    for (const listener of this.changes) listener(job);
  }
}

/** What a stopped job had found, or an engine was killed over, does not say itself that it is not whole. */
const stopped = (found: Job['found']): Job['found'] =>
  found?.status === 'running' ? { ...found, status: 'cancelled' } : found;
