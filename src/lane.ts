import { type Packed, inLane, read, written } from './lanes/exchange';
import type { RequestHandler } from './lanes/lane';
import { writeCompiled } from './machine/compiled-scripts';
import { serveStreams } from './lanes/serve-streams';
import { LaneWorker } from './lanes/worker';
import { TrainingWorker } from './training/lane/worker';

/**
 * A compute lane: a child of the engine that runs native code on its main thread, one request after the other, for an
 * objective or for training. When its channel closes, however the engine went away, it kills itself; an exit would
 * abort in native code. With `--sharing=N` it is started by a command that may have carried it elsewhere: its channel is
 * its standard input and output, and N of them share the machine.
 */
const worker = (
  process.argv[2] === 'training' ? new TrainingWorker() : new LaneWorker()
) as RequestHandler<unknown>;
const sharing = /^--sharing=([1-9]\d*)$/.exec(process.argv[3] ?? '')?.[1];

if (sharing === undefined) serveParent();
else serveStreams(worker, Number(sharing));
process.on('SIGINT', () => undefined);

/** Answers requests of the process that forked this one. */
function serveParent(): void {
  let queue = Promise.resolve();
  let isFirst = true;
  process.on('message', ({ message, place }: Packed) => {
    const request = place === undefined ? message : read(message, inLane(place));
    queue = queue.then(async () => {
      const reply = await worker.handle(request);
      if (process.connected)
        process.send?.({
          message: place === undefined ? reply : written(reply, inLane(place)),
        } satisfies Packed);
      // Its end is always a violent one.
      if (isFirst) writeCompiled();
      isFirst = false;
    });
  });
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}
