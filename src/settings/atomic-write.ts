import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError, messageOf } from '../shared/errors';

/**
 * Writes `file` whole or not at all: beside it first, flushed, then renamed over it. Missing folders are made, a link
 * is followed, and what is no file (a pipe, a terminal) is written to as it stands.
 * @throws UserError that names the file when the disk is full or the folder cannot be written to.
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  try {
    const existing = await stat(file).catch(() => undefined);
    if (existing && !existing.isFile()) await writeAsItStands(file, content);
    else await replace(existing ? await realpath(file) : file, content);
  } catch (error) {
    throw new UserError(`${file} could not be written: ${reasonOf(error)}`);
  }
}

async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(6).toString('hex')}`,
  );
  await mkdir(path.dirname(file), { recursive: true });
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
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
  return `${messageOf(error)}.`;
}
