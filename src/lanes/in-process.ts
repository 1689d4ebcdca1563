import { type Lane, type LaneChannel, type RequestHandler, unwrap } from './lane';
import type { LaneReplies, LaneRequest } from './protocol';
import { LaneWorker } from './worker';

/** A lane in this process, which it blocks: for tests, and left out of what is shipped, with all the libraries it would bring. */
export class LocalChannel<Request extends { readonly type: string }, Replies> implements LaneChannel<
  Request,
  Replies
> {
  isAlive = true;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly worker: RequestHandler<Request>) {}

  async request<T extends Request['type'] & keyof Replies>(
    request: Extract<Request, { type: T }>,
  ): Promise<Replies[T]> {
    const reply = this.last.then(() => this.worker.handle(request));
    this.last = reply;
    return unwrap(await reply) as Replies[T];
  }

  kill(): void {
    // Nothing outlives its last request.
    this.isAlive = false;
  }
}

/** An objective's lane in this process. */
export const laneHere = (): Lane => new LocalChannel<LaneRequest, LaneReplies>(new LaneWorker(() => 0));
