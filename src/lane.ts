import type { RequestHandler } from './objective/lanes/lane';
import { LaneWorker } from './objective/lanes/worker';
import { TrainingWorker } from './training/lane/worker';

/**
 * A compute lane: a child of the engine that runs native code on its main thread, one request after the other, for an
 * objective or for training. When its channel closes, however the engine went away, it kills itself; an exit would
 * abort in native code.
 */
const worker = (
  process.argv[2] === 'training' ? new TrainingWorker() : new LaneWorker()
) as RequestHandler<unknown>;
let queue = Promise.resolve();

process.on('message', (request: unknown) => {
  queue = queue.then(async () => {
    const reply = await worker.handle(request);
    if (process.connected) process.send?.(reply);
  });
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('SIGINT', () => undefined);
