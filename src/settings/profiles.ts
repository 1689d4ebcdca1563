import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Profile, profilesFileSchema } from '../contract/cluster-profile';
import type { Settings } from '../contract/settings';
import { UserError } from '../core/errors';
import { readChecked } from './read-file';

/** The profile that is meant where none is named. */
export const USUAL = 'default';

/** Where a person's own profiles lie. */
export function profilesFile(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['XDG_CONFIG_HOME'];
  const folder = given !== undefined && path.isAbsolute(given) ? given : path.join(homedir(), '.config');
  return path.join(folder, 'landscape', 'cluster.json');
}

/**
 * A profile by its name: what a `landscape.json` says of it (`cluster`), over what the person's own file does. Where no name
 * is given there may be none.
 * @throws UserError where there is none of that name, or the person's file is not right.
 */
export async function profileOf(
  name: string | undefined,
  { cluster = {} }: Pick<Settings, 'cluster'>,
  file = profilesFile(),
): Promise<Profile> {
  const own = await ownProfiles(file);
  const wanted = name ?? USUAL;
  const known = namesOf(cluster, own);
  if (name !== undefined && !known.includes(name))
    throw new UserError(
      `There is no profile "${name}" (known: ${known.join(', ') || 'none'}): describe it as "cluster" in landscape.json, or in ${file}.`,
    );
  return { ...at(own, wanted), ...at(cluster, wanted) };
}

/** The names of all profiles. @throws UserError where the person's file is not right. */
export const profileNames = async (
  { cluster = {} }: Pick<Settings, 'cluster'>,
  file = profilesFile(),
): Promise<string[]> => namesOf(cluster, await ownProfiles(file));

async function ownProfiles(file: string): Promise<Readonly<Record<string, Profile>>> {
  const isThere = await stat(file).catch(() => undefined);
  const { $schema: _, ...own } = isThere ? await readChecked(file, profilesFileSchema) : {};
  return own;
}

const namesOf = (...profiles: readonly Readonly<Record<string, Profile>>[]): string[] => [
  ...new Set(profiles.flatMap(Object.keys)),
];

const at = (profiles: Readonly<Record<string, Profile>>, name: string): Profile =>
  Object.hasOwn(profiles, name) ? profiles[name] : {};
