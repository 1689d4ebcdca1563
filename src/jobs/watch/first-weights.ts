import { isPytorchName } from '../../contract/checkpoint-names';
import type { WatchRequest } from '../../contract/watch';
import { UserError, messageOf, throwIfCancelled } from '../../core/errors';
import type { FilePattern } from '../../files/pattern';
import { Alarm } from './alarm';
import { listFiles } from './listing';
import { Settling } from './settling';

/** Between two looks at most. */
const MOST_MS = 1000;

/**
 * Waits for the first file of PyTorch's weights that is complete: still for a while, and opened by `open`, which is asked
 * again where it throws a UserError.
 * @returns what `open` gave.
 * @throws UserError where nothing came for as long as was asked; CancelledError.
 */
export async function firstWeights<T>(
  place: FilePattern,
  limits: Pick<WatchRequest, 'stillSeconds' | 'patienceSeconds' | 'idleSeconds'>,
  open: (path: string) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { stillSeconds, patienceSeconds, idleSeconds = Infinity } = limits;
  const settling = new Settling({ stillMs: 1000 * stillSeconds, patienceMs: 1000 * patienceSeconds });
  const alarm = new Alarm(place.folder, signal);
  let [last, reason] = [performance.now(), ''];
  try {
    for (;;) {
      throwIfCancelled(signal);
      const files = (await listFiles(place)).filter(({ file }) => isPytorchName(file));
      if (settling.look(files, performance.now())) last = performance.now();
      for (const seen of settling.due(performance.now())) {
        try {
          const opened = await open(seen.path);
          settling.tried(seen, { files: [] }, performance.now());
          return opened;
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          reason = messageOf(error);
          if (settling.tried(seen, { reason }, performance.now()) === 'broken') last = performance.now();
        }
      }
      const left = last + 1000 * idleSeconds - performance.now();
      if (settling.unfinished.length === 0 && left <= 0)
        throw new UserError(
          `No weights of PyTorch have come to ${place.folder} from which the network could be written.${reason === '' ? '' : ` The last: ${reason}`}`,
        );
      await alarm.next(Math.min(MOST_MS, Math.max(50, 500 * stillSeconds)));
    }
  } finally {
    alarm.close();
  }
}
