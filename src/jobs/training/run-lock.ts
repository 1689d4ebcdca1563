import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../shared/errors';

const NAME = '.landscape.lock';

/** What is ending lets go soon: an engine whose terminal was killed notices that within moments. */
const PATIENCE = { times: 50, milliseconds: 100 };

/** Folders that this very process trains into. */
const held = new Set<string>();

/**
 * Holds a run's folder for this process: two runs in one folder would write over each other's files. What a process that was
 * killed left behind counts for nothing.
 * @returns what lets go of it.
 * @throws UserError where another process trains there.
 */
export async function lockRunFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, NAME);
  const busy = (holder: string) =>
    new UserError(
      `Another run writes into ${folder} (${holder}): wait for its end, or choose another folder.`,
    );
  if (held.has(file)) throw busy('in this process');
  for (let attempt = 0; ; attempt++) {
    const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw error;
    });
    if (handle) {
      await handle.writeFile(String(process.pid));
      await handle.close();
      held.add(file);
      return async () => {
        held.delete(file);
        await rm(file, { force: true });
      };
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder === process.pid || !(await isAlive(holder))) await rm(file, { force: true });
    else if (attempt < PATIENCE.times) await setTimeout(PATIENCE.milliseconds);
    else throw busy(`process ${holder}`);
  }
}

/** Does a process run? One that has ended and waits for its parent to notice does not. */
async function isAlive(pid: number): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(status);
}
