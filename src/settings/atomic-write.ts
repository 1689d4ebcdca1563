import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { UserError, messageOf } from '../core/errors';

/** A file as its writer left it: another file under its name, or another content, differs in one of these. */
export interface FileMark {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Writes `file`, which a person named, whole or not at all: beside it first, flushed, then renamed over it. Missing folders
 * are made. A link is followed, also to where nothing lies yet: it is theirs, and says where they want the file. What is no
 * file (a pipe, a terminal) is written to as it stands.
 * @throws UserError that names the file when the disk is full or the folder cannot be written to.
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  try {
    const existing = await stat(file).catch(() => undefined);
    if (existing && !existing.isFile()) return await writeAsItStands(file, content);
    const place = await linkedPlace(file);
    await makeFolder(path.dirname(place));
    await replace(place, content);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * Writes a file of the program's own (of a run's folder, a cache, a store) whole or not at all, in a folder that is there.
 * Never through a link: nobody has a reason to put one there, and what it leads to is not ours. One of several names of a
 * file (a hard link) is parted from the others, which keep what they had.
 * @returns the file as it was written.
 * @throws UserError as {@link writeWhole}, and where the name is taken by something else than a plain file.
 */
export async function writeOwn(file: string, content: string | Uint8Array): Promise<FileMark> {
  await refuseLink(file);
  try {
    return await replace(file, content);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * As {@link writeOwn}, in a cache or store whose folders are made. They may be links, for people keep what can be made again
 * on other disks; the entry may not.
 */
export async function writeEntry(file: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(path.dirname(file));
  await writeOwn(file, content);
}

/**
 * Makes a folder for the program's own files, and those above it.
 * @throws UserError that names it when it cannot be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, await refusalAbove(folder, error));
  }
}

/** What keeps a folder from being made: Node says of a read-only disk that something is missing. */
async function refusalAbove(folder: string, error: unknown): Promise<unknown> {
  let above = folder;
  while (!(await stat(above).catch(() => undefined)) && path.dirname(above) !== above)
    above = path.dirname(above);
  return access(above, constants.W_OK).then(
    () => error,
    (refusal: unknown) => refusal,
  );
}

/** @throws UserError where a name is taken by a link, a pipe, a device, or (unless it shall be one) a folder. */
export async function refuseLink(file: string, kind: 'file' | 'folder' = 'file'): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isSymbolicLink())
    throw new UserError(`${file} is a link, and nothing is written through links here: take it away.`);
  if (found && !(kind === 'folder' ? found.isDirectory() : found.isFile()))
    throw new UserError(`${file} is no plain ${kind}: take it away.`);
}

/** Where a path leads by its links, the last of which may lead to nothing. Throws where they lead back to themselves. */
export async function linkedPlace(file: string): Promise<string> {
  let at = file;
  for (let links = 0; links < MOST_LINKS; links++) {
    const target = await readlink(at).catch(() => undefined);
    if (target === undefined) return await realpath(at).catch(() => at);
    at = path.resolve(await realpath(path.dirname(at)), target);
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

async function replace(file: string, content: string | Uint8Array): Promise<FileMark> {
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(6).toString('hex')}`,
  );
  try {
    const handle = await open(temporary, 'wx');
    let mark: FileMark;
    try {
      await handle.writeFile(content);
      await handle.sync();
      mark = markOf(await handle.stat());
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
    return mark;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

const markOf = ({ dev, ino, size, mtimeMs }: FileMark): FileMark => ({ dev, ino, size, mtimeMs });

/** Is a file still the one that was written? */
export async function isAsWritten(file: string, mark: FileMark): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  if (!found?.isFile()) return false;
  const { dev, ino, size, mtimeMs } = markOf(found);
  return dev === mark.dev && ino === mark.ino && size === mark.size && mtimeMs === mark.mtimeMs;
}

/** A pipe without a reader would hold an ordinary `open` for ever: the first one finds that out without waiting. */
async function writeAsItStands(file: string, content: string | Uint8Array): Promise<void> {
  const { O_WRONLY, O_NONBLOCK = 0 } = constants as Partial<typeof constants> & { O_WRONLY: number };
  const reader = await open(file, O_WRONLY | O_NONBLOCK);
  try {
    await writeFile(file, content);
  } finally {
    await reader.close();
  }
}

/** The new name is on the disk, too; where a folder cannot be flushed, the system does without. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** What keeps a file from being written, in a sentence that names it. */
export const unwritable = (file: string, error: unknown): UserError =>
  error instanceof UserError ? error : new UserError(`${file} could not be written: ${reasonOf(error)}`);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'the disk is full. Free some space, or choose another folder.';
  if (code === 'EFBIG') return 'it would be larger than files may be here. Choose another folder.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return 'its folder is read-only for you. Choose another folder.';
  }
  if (code === 'ENXIO') return 'nobody reads from it. Start its reader first, or choose another name.';
  if (code === 'EISDIR') return 'a folder of that name exists. Choose another name.';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of its path is a file. Choose another folder.';
  if (code === 'ELOOP') return 'its links lead back to themselves. Choose another name.';
  if (code === 'ENOENT') return 'its folder is not there any more. Choose another folder.';
  return `${messageOf(error)}.`;
}
