import { type Stats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { UserError, messageOf } from '../core/errors';

/** A plain file, held open for reading. */
export interface PlainFile {
  readonly descriptor: number;
  readonly size: number;
  /** When it was last written, in milliseconds, as it was opened. */
  readonly mtimeMs: number;
}

/** Windows has neither; there no name of a file opens a pipe that waits. */
const {
  O_RDONLY,
  O_NONBLOCK = 0,
  O_NOCTTY = 0,
} = constants as Partial<typeof constants> & Pick<typeof constants, 'O_RDONLY'>;

const FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY;

/**
 * Opens a file for reading; never waits. A pipe without a writer would hold an ordinary `open` for ever, and one looked at
 * before may be another file by then, so it is opened without waiting and looked at afterwards.
 * @throws UserError when there is no such file, it may not be read, or is no plain file (a folder, a pipe, a device).
 */
export function openPlain(path: string): PlainFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, FLAGS);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const status = fstatSync(descriptor);
    checkPlain(path, status);
    return { descriptor, size: status.size, mtimeMs: status.mtimeMs };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * A plain file's bytes.
 * @throws UserError as {@link openPlain}, or where it cannot be read.
 */
export function readPlainBytes(path: string): Uint8Array {
  const { descriptor, size } = openPlain(path);
  try {
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, readFully(path, descriptor, bytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** A person's settings and the like are never larger. */
const LARGEST_TEXT = 16 * 2 ** 20;

/**
 * A plain file's text.
 * @param most refused beyond this size, in bytes.
 * @throws UserError as {@link openPlain}, or where it is larger or cannot be read.
 */
export async function readPlainText(path: string, most = LARGEST_TEXT): Promise<string> {
  try {
    const file = await open(path, FLAGS);
    try {
      const status = await file.stat();
      checkPlain(path, status);
      if (status.size > most)
        throw new UserError(`${path} is too large (${status.size} bytes, at most ${most} here).`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function checkPlain(path: string, status: Stats): void {
  if (status.isDirectory()) throw new UserError(`${path} is a folder: give a file.`);
  if (!status.isFile()) throw notPlain(path);
}

/** The system takes less than 2 GiB at once. */
const LARGEST_READ = 2 ** 30;

/** Fills `target` from a place in a file, as far as it goes; returns how many bytes that was. */
export function readFully(path: string, descriptor: number, target: Uint8Array, position: number): number {
  let done = 0;
  try {
    while (done < target.length) {
      const length = Math.min(target.length - done, LARGEST_READ);
      const count = readSync(descriptor, target, done, length, position + done);
      if (count === 0) break;
      done += count;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return done;
}

const notPlain = (path: string): UserError =>
  new UserError(
    `${path} is no plain file (a pipe, a socket or a device), which is not read: save it as a file.`,
  );

/** What keeps a path from being read, by the system's code; for others its own words. */
const REASONS: ReadonlyMap<unknown, (path: string) => UserError> = new Map<
  unknown,
  (path: string) => UserError
>([
  ['ENOENT', (path) => new UserError(`There is no file ${path}.`)],
  [
    'ENOTDIR',
    (path) => new UserError(`There is no file ${path}: a part of its path is a file and not a folder.`),
  ],
  ['EISDIR', (path) => new UserError(`${path} is a folder: give a file.`)],
  ['EACCES', (path) => new UserError(`${path} may not be read: check its permissions and its folder's.`)],
  ['EPERM', (path) => new UserError(`${path} may not be read: check its permissions and its folder's.`)],
  ['ELOOP', (path) => new UserError(`${path} cannot be read: its links lead back to themselves.`)],
  ['ENAMETOOLONG', (path) => new UserError(`${path} cannot be read: its name is too long.`)],
  // A socket, or a device without a driver.
  ['ENXIO', notPlain],
]);

/** The sentence for a path that the system does not give. */
export function unreadable(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    REASONS.get(code)?.(path) ??
    new UserError(`${path} cannot be read: ${messageOf(error).replace(/\.$/, '')}.`)
  );
}
