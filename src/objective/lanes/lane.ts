import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../shared/errors';
import type { LaneReplies, LaneReply, LaneRequest } from './protocol';
import { LaneWorker } from './worker';

/** One compute lane, wherever it runs. Requests are answered in order. */
export interface Lane {
  request<T extends LaneRequest['type']>(request: Extract<LaneRequest, { type: T }>): Promise<LaneReplies[T]>;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

function unwrap(reply: LaneReply): unknown {
  if (reply.ok) return reply.value;
  throw reply.user ? new UserError(reply.message) : new Error(reply.message);
}

/** A lane in this process: for tests and small reference work that may block. */
export class LocalLane implements Lane {
  private readonly worker = new LaneWorker();
  private last: Promise<unknown> = Promise.resolve();

  async request<T extends LaneRequest['type']>(
    request: Extract<LaneRequest, { type: T }>,
  ): Promise<LaneReplies[T]> {
    const reply = this.last.then(() => this.worker.handle(request));
    this.last = reply;
    return unwrap(await reply) as LaneReplies[T];
  }

  kill(): void {
    // Nothing outlives its last request.
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Where the built lane lies: beside whichever bundle this is part of. */
const BUILT = join(__dirname, 'lane.js');

/** Is there a lane to fork? Not when the sources run unbuilt, as in unit tests. */
export const canFork = (): boolean => existsSync(BUILT);

/**
 * A lane in a process of its own, so that a native fault ends only it, and a kill stops native code at once. The lane
 * kills itself when its channel closes, so that it never outlives the engine.
 */
export class ForkedLane implements Lane {
  private readonly child: ChildProcess;
  private readonly waiting: Waiting[] = [];
  private ended: Error | undefined;

  constructor(script = BUILT) {
    // No execArgv of the parent's: a child would inherit the debugger's port.
    this.child = fork(script, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
    });
    this.child.on('message', (reply: LaneReply) => {
      const next = this.waiting.shift();
      try {
        next?.resolve(unwrap(reply));
      } catch (error) {
        next?.reject(error as Error);
      }
    });
    this.child.on('error', (error) => this.end(error));
    this.child.on('exit', (code, signal) =>
      this.end(
        new Error(
          `A compute process ended unexpectedly (${signal ?? `exit code ${code}`}), perhaps for want of memory: try again with fewer rows (samples).`,
        ),
      ),
    );
  }

  request<T extends LaneRequest['type']>(
    request: Extract<LaneRequest, { type: T }>,
  ): Promise<LaneReplies[T]> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.waiting.push({ resolve: (value) => resolve(value as LaneReplies[T]), reject });
      // A process that has just died is told by its exit, which says why; the failed send does not.
      this.child.send(request, () => undefined);
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const waiting of this.waiting.splice(0)) waiting.reject(this.ended);
  }
}
