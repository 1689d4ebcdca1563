// A small engine with a mind of its own: `checkpoint` of a describe request says how it behaves.
import { setTimeout } from 'node:timers';

const send = (message) => process.send(message);
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.type === 'cancel') {
    if (behaviours.get(message.id) !== 'ignore-cancel') {
      send({ type: 'failed', id: message.id, failure: { kind: 'cancelled', message: 'Cancelled.' } });
    }
    return;
  }
  const { id, params } = message;
  const behaviour = params.checkpoint;
  behaviours.set(id, behaviour);
  send({ type: 'progress', id, progress: { stage: 'reading', fraction: 0.5, remainingSeconds: 1 } });
  if (behaviour === 'crash') process.kill(process.pid, 'SIGKILL');
  else if (behaviour === 'exit') process.exit(3);
  else if (behaviour === 'refuse') {
    send({ type: 'failed', id, failure: { kind: 'user', message: 'No such file: refuse.' } });
  } else if (behaviour === 'slow') {
    setTimeout(() => send({ type: 'done', id, result: { pid: process.pid } }), 300);
  } else if (behaviour !== 'wait' && behaviour !== 'ignore-cancel') {
    send({ type: 'done', id, result: { pid: process.pid } });
  }
});
const behaviours = new Map();
send({ type: 'ready', pid: process.pid });
