import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { childFlags } from '../machine/child-flags';
import { isDevice } from '../backends/choice';
import { type Patience, watchReadiness } from '../machine/readiness';
import { ComputeError, UserError, messageOf } from '../core/errors';
import { type Packed, closePlaces, openPlaces, read, written } from './exchange';
import type { LaneReplies, LaneReply, LaneRequest } from './protocol';

/** A channel to one compute process, wherever it runs, in some protocol. Requests are answered in order. */
export interface LaneChannel<Request extends { readonly type: string }, Replies> {
  request<T extends Request['type'] & keyof Replies>(
    request: Extract<Request, { type: T }>,
  ): Promise<Replies[T]>;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
  /** Has it neither ended nor been killed? */
  readonly isAlive: boolean;
}

/** A compute process died: of a fault of native code, or killed, mostly for want of memory. */
export class ComputeEnded extends Error {
  override readonly name = 'ComputeEnded';
}

/** A compute process died that had a graphics processor: on the processor the same can be computed. */
export class DeviceEnded extends ComputeEnded {}

/** Did a compute process of this backend end that had a graphics processor? */
export const endedOnDevice = (error: unknown, backend: string): boolean =>
  error instanceof ComputeEnded && isDevice(backend);

/** A lane that computes an objective. */
export type Lane = LaneChannel<LaneRequest, LaneReplies>;

/** What answers a lane's requests in the process that computes; failures are replies too. */
export interface RequestHandler<Request> {
  handle(request: Request): Promise<LaneReply>;
}

/** What a lane's process does: it is told at its start. */
export type LaneKind = 'objective' | 'training';

/** One handler's value or failure as a reply. */
export async function replyOf(answer: () => Promise<unknown>): Promise<LaneReply> {
  try {
    return { ok: true, value: await answer() };
  } catch (error) {
    return { ok: false, message: messageOf(error), user: error instanceof UserError };
  }
}

/** What a reply brings, or the error that it carries. */
export function unwrap(reply: LaneReply): unknown {
  if (reply.ok) return reply.value;
  throw reply.user ? new UserError(reply.message) : new ComputeError(reply.message);
}

interface Waiting {
  /** The number of the place that its large arrays may use. */
  readonly place: number | undefined;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Where the built lane lies: beside whichever bundle this is part of. */
export const BUILT = join(__dirname, 'lane.js');

/** Is there a lane to fork? Not when the sources run unbuilt, as in unit tests. */
export const canFork = (): boolean => existsSync(BUILT);

/**
 * A lane in a process of its own, so that a native fault ends only it, and a kill stops native code at once. The lane
 * kills itself when its channel closes, so that it never outlives the engine.
 */
export class ForkedChannel<Request extends { readonly type: string }, Replies> implements LaneChannel<
  Request,
  Replies
> {
  private readonly child: ChildProcess;
  private readonly stopWatch: () => void;
  private readonly waiting: Waiting[] = [];
  private ended: Error | undefined;
  private killed = false;
  private readonly places = openPlaces();
  private readonly free = [...this.places.keys()];

  /** @param environment what it has in its environment beyond ours. */
  constructor(
    kind: LaneKind,
    script = BUILT,
    patience?: Partial<Patience>,
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.child = fork(script, [kind], {
      execArgv: childFlags(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...this.places],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', ...environment },
    });
    this.stopWatch = watchReadiness(
      this.child.pid,
      (reason) => {
        this.child.kill('SIGKILL');
        this.end(new ComputeEnded(`A compute process had to be ended: ${reason}.`));
      },
      patience,
    );
    this.child.on('message', ({ message }: Packed) => {
      // A lane is ready when it has answered for the first time.
      this.stopWatch();
      const next = this.waiting.shift();
      if (!next) return;
      const { place } = next;
      try {
        next.resolve(
          unwrap((place === undefined ? message : read(message, this.places[place])) as LaneReply),
        );
      } catch (error) {
        next.reject(error as Error);
      }
      if (place !== undefined) this.free.push(place);
    });
    this.child.on('error', (error) => this.end(error));
    this.child.on('exit', (code, signal) =>
      this.end(
        new ComputeEnded(
          `A compute process ended unexpectedly (${signal ?? `exit code ${code}`}), perhaps for want of memory${kind === 'training' ? '' : ': try again with fewer rows (samples)'}.`,
        ),
      ),
    );
  }

  request<T extends Request['type'] & keyof Replies>(
    request: Extract<Request, { type: T }>,
  ): Promise<Replies[T]> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      const place = this.free.pop();
      this.waiting.push({ place, resolve: (value) => resolve(value as Replies[T]), reject });
      const packed: Packed =
        place === undefined ? { message: request } : { message: written(request, this.places[place]), place };
      // A process that has just died is told by its exit, which says why; the failed send does not.
      this.child.send(packed, () => undefined);
    });
  }

  kill(): void {
    this.killed = true;
    this.child.kill('SIGKILL');
  }

  get isAlive(): boolean {
    return !this.killed && !this.ended;
  }

  private end(error: Error): void {
    this.stopWatch();
    if (!this.ended) closePlaces(this.places);
    this.ended ??= error;
    for (const waiting of this.waiting.splice(0)) waiting.reject(this.ended);
  }
}

/** An objective's lane in a process of its own. */
export class ForkedLane extends ForkedChannel<LaneRequest, LaneReplies> {
  constructor(script = BUILT, patience?: Partial<Patience>, environment?: Readonly<Record<string, string>>) {
    super('objective', script, patience, environment);
  }
}
