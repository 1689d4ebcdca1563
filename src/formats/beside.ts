import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { UserError } from '../core/errors';
import { type FileSource, openFile } from './containers/source';

/**
 * Opens a file that another one names, which must lie in that one's folder or below, also after every link on the way is
 * followed: a checkpoint of someone else's must not make the machine read what it likes. Where the file itself is a link
 * (as in a cache of downloads), the folder that it points into is as good.
 * A file with several names (hard links) may have another one elsewhere, so it is refused too, unless the checkpoint has
 * several as well: then the whole folder is a copy that shares its files with another.
 * @param what the file is, for the sentence: "a data file".
 * @throws UserError when it lies elsewhere or cannot be read.
 */
export function openBeside(source: FileSource, location: string, what: string): FileSource {
  const outside = new UserError(
    `${source.name} names ${what} outside its own folder (${location}), which is not opened.`,
  );
  if (isAbsolute(location) || location.split(/[\\/]/).includes('..') || /^[a-z]+:/i.test(location))
    throw outside;
  const path = resolve(dirname(source.name), location);
  const real = realPath(path);
  const folders = [realPath(dirname(source.name)), dirname(realPath(source.name) ?? source.name)];
  if (real !== undefined && !folders.some((folder) => folder !== undefined && isInside(real, folder)))
    throw outside;
  if (namesOf(path) > 1 && namesOf(source.name) === 1)
    throw new UserError(
      `${source.name} names ${what} that has another name elsewhere (${location} is a hard link), which is not opened: put a copy of it there.`,
    );
  return openFile(path);
}

/** How many names a file has; one where it is none, which opening it says better. */
function namesOf(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() ? status.nlink : 1;
}

/** Without links; undefined where there is no such file, which opening it says better. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

const isInside = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
