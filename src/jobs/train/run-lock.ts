import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readPlainText } from '../../files/plain-file';
import { statusOf } from '../../machine/status';
import { type FileMark, isAsWritten, refuseLink } from '../../settings/atomic-write';
import { UserError } from '../../core/errors';

const NAME = '.landscape.lock';

/** What is ending lets go soon: an engine whose terminal was killed notices that within moments. */
const PATIENCE = { times: 50, milliseconds: 100 };
/** A lock without a holder was made this moment, or its maker was killed in the middle: after so many looks the latter. */
const LOOKS_AT_EMPTY = 10;

/** Folders that this very process trains into. */
const held = new Set<string>();

/** A folder that is held. */
export interface RunLock {
  /** Is it still there as it was made? Who takes it away may have begun another run. */
  isThere(): Promise<boolean>;
  /** Lets go; what another has put in its place stays. */
  release(): Promise<void>;
}

/**
 * Holds a run's folder for this process: two runs in one folder would write over each other's files. What a process that was
 * killed left behind counts for nothing.
 * @throws UserError where another process trains there, or the lock's name is taken by a link or the like.
 */
export async function lockRunFolder(folder: string): Promise<RunLock> {
  const file = join(folder, NAME);
  const busy = (holder: string) =>
    new UserError(
      `Another run writes into ${folder} (${holder}): wait for its end, choose another folder, or remove ${NAME} there if that is no run.`,
    );
  if (held.has(file)) throw busy('in this process');
  for (let attempt = 0; ; attempt++) {
    await refuseLink(file);
    const mark = await create(file);
    if (mark) {
      held.add(file);
      return lockOf(file, mark);
    }
    const seen = await readPlainText(file).catch(() => '');
    const [holder] = seen.split(' ');
    const isEmpty = seen === '' && attempt < LOOKS_AT_EMPTY;
    if (!isEmpty && (Number(holder) === process.pid || !isAlive(seen))) await takeAway(file, seen);
    else if (attempt < PATIENCE.times) await setTimeout(PATIENCE.milliseconds);
    else throw busy(`process ${holder}`);
  }
}

/** Makes the lock, unless there is one. */
async function create(file: string): Promise<FileMark | undefined> {
  const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    await handle.writeFile([process.pid, statusOf(process.pid)?.begun ?? ''].join(' ').trimEnd());
    return await handle.stat();
  } finally {
    await handle.close();
  }
}

function lockOf(file: string, mark: FileMark): RunLock {
  const isThere = () => isAsWritten(file, mark);
  return {
    isThere,
    release: async () => {
      held.delete(file);
      if (await isThere()) await rm(file, { force: true });
    },
  };
}

/** Takes away a lock that nobody holds; one that another process has put there meanwhile goes back. */
async function takeAway(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  if ((await lstat(file).catch(() => undefined)) === undefined) return;
  await rename(file, aside).catch(() => undefined);
  const taken = await readPlainText(aside).catch(() => undefined);
  if (taken !== undefined && taken !== seen) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Does the process run that wrote a lock? One that began later has only its number. */
function isAlive(lock: string): boolean {
  const [pid, begun] = lock.split(' ');
  const number = Number(pid);
  if (!Number.isSafeInteger(number) || number <= 0) return false;
  try {
    process.kill(number, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const status = statusOf(number);
  // It has ended and waits for its parent to notice.
  if (status?.state === 'Z') return false;
  return begun === undefined || status === undefined || status.begun === begun;
}
