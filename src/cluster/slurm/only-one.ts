import { open, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../core/errors';
import { readPlainText } from '../../files/plain-file';
import { unwritable } from '../../settings/atomic-write';

/** Longer than submitting may take: who holds a lock for so long was killed. */
const ABANDONED_MILLISECONDS = 300_000;
const LOOK_AGAIN_MILLISECONDS = 200;

/**
 * Does something that no other command on the folder's disk, on whatever machine, does at the same time. Others wait.
 * @throws UserError where the lock cannot be written, or what the action throws.
 */
export async function onlyOne<T>(lock: string, action: () => Promise<T>): Promise<T> {
  const began = Date.now();
  while (!(await taken(lock))) {
    if (await isAbandoned(lock)) await rm(lock, { force: true });
    // By what this command has seen itself: clocks of two machines differ.
    if (Date.now() - began > ABANDONED_MILLISECONDS)
      throw new UserError(
        `${lock} has been there for ${ABANDONED_MILLISECONDS / 60_000} minutes: remove it if no other command submits these tasks.`,
      );
    await setTimeout(LOOK_AGAIN_MILLISECONDS);
  }
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx');
    try {
      await handle.writeFile(`${hostname()} ${process.pid}`);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(lock, error);
  }
}

/** Was its holder a process of this machine that has ended? Of others nothing is known. */
async function isAbandoned(lock: string): Promise<boolean> {
  const [host, pid] = (await readPlainText(lock).catch(() => '')).split(' ');
  if (host !== hostname() || !/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
