import os from 'node:os';
import path from 'node:path';

/**
 * A message as a person of this workspace would say it: the engine names files from its own working folder, which
 * nobody chose. Files of a workspace folder are named from there, those of the home folder from `~`, others whole.
 */
export function inWorkspaceTerms(
  message: string,
  workspaceFolders: readonly string[],
  workingFolder: string,
  home = os.homedir(),
): string {
  const whole = message.replace(/(?:\.\.[\\/])+\S*/g, (relative) => path.resolve(workingFolder, relative));
  // The innermost of nested folders first.
  const folders = [...workspaceFolders].sort((a, b) => b.length - a.length);
  const within = folders.reduce((text, folder) => text.replaceAll(folder + path.sep, ''), whole);
  return home.length > 1 ? within.replaceAll(home + path.sep, `~${path.sep}`) : within;
}

/** More words than a sentence that names a file begins with. */
const MOST_WORDS = 60;

/**
 * The first file that a message names, whole or from one of `folders`: of several readings (names have blanks) the
 * longest that exists. Undefined where it names none.
 */
export async function fileNamedIn(
  message: string,
  folders: readonly string[],
  exists: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  const starts = [...message.matchAll(/(?<=^|[\s"'(])(?=[^\s"'(])/g)].slice(0, MOST_WORDS);
  const ends = [...message.matchAll(/\.\w+(?=$|[\s"'),:;.])/g)].slice(0, MOST_WORDS);
  for (const { index: start } of starts)
    for (const end of [...ends].reverse()) {
      const name = message.slice(start, end.index + end[0].length);
      if (end.index <= start) continue;
      const places = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
      for (const place of places) if (await exists(place)) return place;
    }
  return undefined;
}
