import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isRunName, isNoWeightsName } from '../../contract/checkpoint-names';
import { UserError } from '../../core/errors';
import { type FilePattern, filePattern, isPattern } from '../../files/pattern';

/** A trainer of Hugging Face has a folder for each checkpoint, one of Lightning a version and a folder in it. */
const DEEP = 3;

/**
 * Where checkpoints are waited for: the folder, the matches of a pattern, or the one file of a name.
 * @param where an absolute path.
 * @param model the architecture that weights are filled into, which is none of them.
 * @throws UserError where there is no such folder.
 */
export async function placeOf(where: string, model?: string): Promise<FilePattern> {
  const found = await stat(where).catch(() => undefined);
  const place = found?.isDirectory()
    ? { folder: where, depth: DEEP, matches: isRunName }
    : withoutUnfinished(filePattern(where));
  const folder = await stat(place.folder).catch(() => undefined);
  const isTypo = !found && !isPattern(where) && !isRunName(path.basename(where));
  if (!folder?.isDirectory() || isTypo)
    throw new UserError(
      `There is no folder ${isTypo ? where : place.folder} to watch: make it, or begin when the run has.`,
    );
  if (model === undefined) return place;
  return { ...place, matches: (name) => place.matches(name) && path.join(place.folder, name) !== model };
}

/** A pattern means what it matches, but for files that are not meant to be seen yet. */
const withoutUnfinished = (pattern: FilePattern): FilePattern => ({
  ...pattern,
  matches: (relative) => pattern.matches(relative) && !isNoWeightsName(relative),
});
