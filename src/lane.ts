import type { LaneRequest } from './objective/lanes/protocol';
import { LaneWorker } from './objective/lanes/worker';

/**
 * A compute lane: a child of the engine that runs native code on its main thread, one request after the other. When
 * its channel closes, however the engine went away, it kills itself; an exit would abort in native code.
 */
const worker = new LaneWorker();
let queue = Promise.resolve();

process.on('message', (request: LaneRequest) => {
  queue = queue.then(async () => {
    const reply = await worker.handle(request);
    if (process.connected) process.send?.(reply);
  });
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('SIGINT', () => undefined);
