import type { JobTable } from '../jobs/context/context';
import { writeCompiled } from '../machine/compiled-scripts';
import type { EngineMessage } from '../contract/engine-protocol';
import { serve } from './server';

/**
 * Serves `jobs` over this process' own channel, and ends the process when that channel closes, however its other
 * end went away. Lanes do the same with their channels to this process, so none outlives it. The engine makes no
 * native run itself, which is what allows it to exit at once.
 */
export function serveParentProcess(jobs: JobTable): void {
  const send = process.send?.bind(process);
  if (send === undefined) {
    process.stderr.write('This is the engine of Landscape; it is started by the editor or by `landscape`.\n');
    process.exitCode = 2;
    return;
  }
  let isFirstFigure = true;
  const post = (message: EngineMessage) => {
    // A client that has just gone is noticed by `disconnect`; its failed sends are nobody's business.
    if (process.connected) send(message, undefined, undefined, () => undefined);
    // The client ends this process by force as soon as it has what it asked for.
    if (message.type !== 'partial' || !isFirstFigure) return;
    isFirstFigure = false;
    setImmediate(writeCompiled);
  };
  const server = serve(jobs, {
    send: post,
    onMessage: (listener) => void process.on('message', listener),
  });
  process.on('disconnect', () => {
    server.stop();
    process.exit(0);
  });
  // The terminal sends Ctrl+C to the whole group: the client hears it too and decides.
  process.on('SIGINT', () => undefined);
  post({ type: 'ready', pid: process.pid });
}
