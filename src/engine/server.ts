import type { JobContext, JobTable } from '../jobs/context/context';
import type {
  EngineMessage,
  EngineMethod,
  EngineRequests,
  JobDocument,
  PartialOf,
} from '../contract/engine-protocol';
import { UserError } from '../core/errors';
import { failureOf } from '../contract/failure';
import { mistakeText, mistakesOf } from '../contract/mistakes';
import { isMethod, parseClientMessage, requestSchemas } from '../contract/request-schemas';

/** The engine's end of its channel to the client. */
export interface EngineChannel {
  send(message: EngineMessage): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A running server: `stop` aborts every job. */
export interface EngineServer {
  stop(): void;
}

/** What a method is asked to do. @throws UserError in words rather than as the schema's own text. */
function requestOf<M extends EngineMethod>(method: M, params: unknown): EngineRequests[M]['request'] {
  const parsed = requestSchemas[method].safeParse(params);
  if (parsed.success) return parsed.data;
  throw new UserError(
    `This cannot be asked of "${method}": ${mistakeText(mistakesOf(parsed.error.issues))}.`,
  );
}

/**
 * Answers requests with the handlers of `jobs` until the channel closes. Requests run side by side (the client
 * queues what should not), each ends in exactly one `done` or `failed`, and a handler that throws never takes the
 * process with it.
 */
export function serve(jobs: JobTable, channel: EngineChannel): EngineServer {
  const running = new Map<number, AbortController>();

  async function run<M extends EngineMethod>(id: number, method: M, params: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    const live = () => running.get(id) === controller;
    const context: JobContext<PartialOf<M>> = {
      signal: controller.signal,
      progress: (progress) => live() && channel.send({ type: 'progress', id, progress }),
      partial: (report: JobDocument) => live() && channel.send({ type: 'partial', id, report }),
      log: (level, message) => channel.send({ type: 'log', level, message }),
    };
    let answer: EngineMessage;
    try {
      answer = { type: 'done', id, result: await jobs[method](requestOf(method, params), context) };
    } catch (error) {
      answer = { type: 'failed', id, failure: failureOf(error, subjectOf(params)) };
    }
    running.delete(id);
    channel.send(answer);
  }

  channel.onMessage((raw) => {
    const message = parseClientMessage(raw);
    if (message === undefined) {
      channel.send({
        type: 'log',
        level: 'error',
        message: 'The engine received a message it does not know.',
      });
    } else if (message.type === 'cancel') {
      running.get(message.id)?.abort();
    } else if (!isMethod(message.method)) {
      const failure = failureOf(new Error(`The engine knows no method "${message.method}".`));
      channel.send({ type: 'failed', id: message.id, failure });
    } else {
      void run(message.id, message.method, message.params);
    }
  });

  return {
    stop() {
      for (const controller of running.values()) controller.abort();
    },
  };
}

/** The file that a request is about, where it is about one. */
function subjectOf(params: unknown): string | undefined {
  const { checkpoint, run } = (params ?? {}) as { checkpoint?: unknown; run?: { model?: unknown } };
  return [checkpoint, run?.model].find((file): file is string => typeof file === 'string');
}
