import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EngineClient } from '../engine/client';
import type { EngineMethod, EngineRequests } from '../contract/engine-protocol';
import { CancelledError } from '../core/errors';
import { progressDisplay } from './progress-bar';

/**
 * Runs one job in an engine process, with progress on stderr; Ctrl+C cancels it. `what` is lost if the engine crashes, unless
 * `remains` says what is left of it.
 */
export async function runJob<M extends EngineMethod>(
  method: M,
  request: EngineRequests[M]['request'],
  what: string,
  remains?: () => string | undefined,
): Promise<EngineRequests[M]['result']> {
  const client = new EngineClient({ enginePath: join(__dirname, 'engine.js') });
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const display = progressDisplay();
  try {
    return await client.request(method, request, {
      signal: cancel.signal,
      onProgress: (progress) => display.update(progress),
      what,
      ...(remains ? { remains } : {}),
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
