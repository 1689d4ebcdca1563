import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Profile, profilesFileSchema } from '../contract/cluster-profile';
import type { Settings } from '../contract/settings';
import { UserError } from '../core/errors';
import { readChecked } from './read-file';

/** The profile that is meant where none is named. */
const USUAL = 'default';

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
  const isThere = await stat(file).catch(() => undefined);
  const { $schema: _, ...own } = isThere ? await readChecked(file, profilesFileSchema) : {};
  const wanted = name ?? USUAL;
  const known = [...new Set([...Object.keys(cluster), ...Object.keys(own)])];
  if (name !== undefined && !known.includes(name))
    throw new UserError(
      `There is no profile "${name}" (known: ${known.join(', ') || 'none'}): describe it as "cluster" in landscape.json, or in ${file}.`,
    );
  return { ...at(own, wanted), ...at(cluster, wanted) };
}

const at = (profiles: Readonly<Record<string, Profile>>, name: string): Profile =>
  Object.hasOwn(profiles, name) ? profiles[name] : {};
