import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EngineClient } from '../engine/client';
import type { EngineMethod, EngineRequests, PartialOf } from '../contract/engine-protocol';
import { CancelledError } from '../core/errors';
import { compiledFolder } from '../settings/cache-folder';
import { type ProgressDisplay, progressDisplay } from './progress-bar';

/** What is told of a job beyond its result. */
interface JobTelling<Document> {
  /** What is left of it after a crash of the engine; that it is lost if left out. */
  readonly remains?: () => string | undefined;
  /** What cannot wait for the end, as soon as it is found; each sentence is printed once. */
  readonly early?: (partial: Document) => readonly string[];
  /** What has been found so far, in few words. */
  readonly found?: (partial: Document) => string;
  /** Hears of all that is found on the way. */
  readonly onPartial?: (partial: Document) => void;
  /** In place of the bar. */
  readonly display?: ProgressDisplay;
  /** Lets other programs go first. */
  readonly isBackground?: boolean;
  /** Commands of the shell, each of which starts a compute process elsewhere. */
  readonly lanesOn?: readonly string[];
}

/**
 * Runs one job in an engine process, with progress on stderr; Ctrl+C cancels it. `what` it does stands in what is said of a
 * crash.
 */
export async function runJob<M extends EngineMethod>(
  method: M,
  request: EngineRequests[M]['request'],
  what: string,
  telling: JobTelling<PartialOf<M>> = {},
): Promise<EngineRequests[M]['result']> {
  const {
    remains,
    early = () => [],
    found,
    onPartial,
    display = progressDisplay(),
    isBackground,
    lanesOn,
  } = telling;
  const client = new EngineClient({
    enginePath: join(__dirname, 'engine.js'),
    ...{ isBackground, lanesOn, compiledIn: compiledFolder() },
    // That they wait in a queue, say, or ask for a key.
    ...(lanesOn ? { log: (level, message) => level === 'warn' && display.say(message) } : {}),
  });
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const told = new Set<string>();
  try {
    return await client.request(method, request, {
      signal: cancel.signal,
      onProgress: (progress) => display.update(progress),
      what,
      ...(remains ? { remains } : {}),
      onPartial: (partial) => {
        onPartial?.(partial);
        if (found) display.found?.(found(partial));
        for (const sentence of early(partial)) {
          if (!told.has(sentence)) display.say(sentence);
          told.add(sentence);
        }
      },
    });
  } catch (error) {
    // Ctrl+C reaches every process of the group: one may have died of it before our own handler has run.
    await setImmediate();
    throw cancel.signal.aborted ? new CancelledError() : error;
  } finally {
    display.stop();
    client.dispose();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
