import type {
  EngineMethod,
  EngineRequests,
  Failure,
  JobDocument,
  PartialOf,
} from '../contract/engine-protocol';
import { checkAddressLimit } from '../machine/memory';
import { CancelledError } from '../core/errors';
import type { Progress } from '../contract/progress';
import { errorOf } from '../contract/failure';
import type { Patience } from '../machine/readiness';
import { EngineProcess, type EngineExit, type EngineLog, type Listeners } from './engine-process';

export interface EngineClientOptions {
  /** The built engine, `dist/engine.js`. */
  readonly enginePath: string;
  readonly log?: EngineLog;
  /** How long a cancelled job may take to stop by itself before the process is killed. */
  readonly graceMilliseconds?: number;
  /** How long the process lingers after its last job. */
  readonly idleMilliseconds?: number;
  /** Rewords what the engine says of files, before anybody sees it. */
  readonly reword?: (message: string) => string;
  /** Its processes let all others go first: for work that nobody waits for. */
  readonly isBackground?: boolean | undefined;
  /** Commands of the shell, each of which starts a compute process elsewhere; here if left out. */
  readonly lanesOn?: readonly string[] | undefined;
  /** The folder in which its processes keep their compiled scripts, for the next ones; none if left out. */
  readonly compiledIn?: string | undefined;
  /** With a process that does not get ready. */
  readonly patience?: Partial<Patience>;
}

export interface RequestOptions<Document = JobDocument> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onPartial?: (report: Document) => void;
  /** What is lost if the engine crashes, for its message: "analyzing epoch-020.keras". */
  readonly what?: string;
  /** What is left of the job after a crash, as a sentence; that it is lost if left out. */
  readonly remains?: () => string | undefined;
}

/** What most need of a client. */
export type Engine = Pick<EngineClient, 'request'>;

/** The engine process ended in the middle of a job. Its message is fit to be shown. */
export class EngineCrash extends Error {
  override readonly name = 'EngineCrash';
}

const LOST = 'That run is lost; the next one starts a new engine.';

interface Pending {
  readonly id: number;
  readonly method: EngineMethod;
  readonly params: unknown;
  readonly options: RequestOptions;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  settled: boolean;
  cancelled: boolean;
  killTimer: NodeJS.Timeout | undefined;
}

/**
 * A client of the forked engine, for the editor and the terminal alike. The process starts with the first request,
 * ends when idle, and a new one takes its place after a crash, whose jobs are rejected with {@link EngineCrash}.
 */
export class EngineClient {
  private readonly grace: number;
  private readonly idle: number;
  private readonly pending = new Map<number, Pending>();
  private process: EngineProcess | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private nextId = 1;
  private disposed = false;

  constructor(private readonly options: EngineClientOptions) {
    this.grace = options.graceMilliseconds ?? 3000;
    this.idle = options.idleMilliseconds ?? 5000;
  }

  /** The process in use, if one runs. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /**
   * Sends one request. Rejects with `UserError` or `CancelledError` as the job threw them, with
   * {@link EngineCrash} when the process ended meanwhile.
   */
  request<M extends EngineMethod>(
    method: M,
    params: EngineRequests[M]['request'],
    options: RequestOptions<PartialOf<M>> = {},
  ): Promise<EngineRequests[M]['result']> {
    if (this.disposed) return Promise.reject(new CancelledError());
    if (options.signal?.aborted) return Promise.reject(new CancelledError());
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        id: this.nextId++,
        method,
        params,
        options: options as RequestOptions,
        resolve: (result) => resolve(result as EngineRequests[M]['result']),
        reject,
        settled: false,
        cancelled: false,
        killTimer: undefined,
      };
      this.pending.set(pending.id, pending);
      options.signal?.addEventListener('abort', () => this.cancel(pending), { once: true });
      this.send(pending);
    });
  }

  /** Kills the process; jobs under way are rejected as cancelled. The next request starts a new one. */
  restart(): void {
    for (const pending of [...this.pending.values()]) this.settle(pending, new CancelledError());
    this.kill();
  }

  /** Ends everything, for good. */
  dispose(): void {
    this.disposed = true;
    this.restart();
  }

  private send(pending: Pending): void {
    clearTimeout(this.idleTimer);
    this.process ??= this.start();
    const { id, method, params } = pending;
    this.process.send({ type: 'request', id, method, params });
  }

  private start(): EngineProcess {
    checkAddressLimit();
    const { enginePath, log, ...manner } = this.options;
    const listeners: Listeners = {
      message: (message) => {
        const pending = this.pending.get(message.id);
        if (pending === undefined) return;
        if (message.type === 'progress') pending.options.onProgress?.(message.progress);
        else if (message.type === 'partial') pending.options.onPartial?.(message.report);
        else if (message.type === 'done') this.settle(pending, undefined, message.result);
        else this.settle(pending, this.errorOf(message.failure));
      },
      exit: (exit) => {
        if (this.process === started) this.crashed(exit);
      },
    };
    const started = new EngineProcess(enginePath, log, listeners, manner);
    return started;
  }

  private errorOf(failure: Failure): Error {
    return errorOf({ ...failure, message: this.options.reword?.(failure.message) ?? failure.message });
  }

  private cancel(pending: Pending): void {
    if (pending.settled || pending.cancelled) return;
    pending.cancelled = true;
    this.process?.send({ type: 'cancel', id: pending.id });
    pending.killTimer = setTimeout(() => {
      this.options.log?.('warn', `The engine did not stop within ${this.grace} ms and was killed.`);
      this.settle(pending, new CancelledError());
      this.kill();
      // The others were not asked to stop, and asking is repeatable: a new process takes them over.
      for (const other of [...this.pending.values()]) {
        if (other.cancelled) this.settle(other, new CancelledError());
        else this.send(other);
      }
    }, this.grace);
  }

  private crashed(exit: EngineExit): void {
    this.process = undefined;
    for (const pending of [...this.pending.values()]) {
      const crash = new EngineCrash(
        `The engine stopped unexpectedly (${exit.reason}) while ${pending.options.what ?? pending.method}. ${pending.options.remains?.() ?? LOST}`,
      );
      this.settle(pending, pending.cancelled ? new CancelledError() : crash);
    }
  }

  private settle(pending: Pending, error: Error | undefined, result?: unknown): void {
    if (pending.settled) return;
    pending.settled = true;
    clearTimeout(pending.killTimer);
    this.pending.delete(pending.id);
    if (error === undefined) pending.resolve(result);
    else pending.reject(error);
    if (this.pending.size === 0) this.scheduleEnd();
  }

  private scheduleEnd(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      this.process?.close();
      this.process = undefined;
    }, this.idle);
    this.idleTimer.unref();
  }

  private kill(): void {
    clearTimeout(this.idleTimer);
    this.process?.kill();
    this.process = undefined;
  }
}
