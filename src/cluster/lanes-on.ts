import type { Settings } from '../contract/settings';
import { UserError } from '../core/errors';
import { profileOf } from '../settings/profiles';
import { srunCommand } from './slurm/srun-command';

/** What `--lanes-on` asks for. */
export type LanesOn =
  | { readonly kind: 'slurm'; readonly count: number; readonly profile: string | undefined }
  | { readonly kind: 'command'; readonly command: string };

/** More have nothing to do: rows are cut into so many chunks only. */
const MOST = 256;

/**
 * What stands behind `--lanes-on`: `slurm:N`, `slurm:N:PROFILE`, or a command of the shell that starts what follows it.
 * @throws UserError that names what there is.
 */
export function parseLanesOn(text: string): LanesOn {
  const isSlurm = /^\s*slurm(\s*$|:)/.test(text);
  const found = /^slurm:([1-9]\d*)(?::([^:\s]+))?$/.exec(text);
  if (found && Number(found[1]) <= MOST) return { kind: 'slurm', count: Number(found[1]), profile: found[2] };
  if (isSlurm || text.trim() === '' || /[\r\n\0]/.test(text))
    throw new UserError(
      `--lanes-on ${JSON.stringify(text)} is nothing that is known: give slurm:N (of 1 to ${MOST} processes; a profile may follow), or a command that starts another, such as "ssh node7".`,
    );
  return { kind: 'command', command: text.trim() };
}

/**
 * The commands of the shell that start lanes, one each.
 * @throws UserError where there is no profile of a name.
 */
export async function laneCommands(
  places: readonly LanesOn[],
  settings: Pick<Settings, 'cluster'>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string[]> {
  const commands: string[] = [];
  for (const place of places) {
    if (place.kind === 'command') commands.push(place.command);
    else {
      const profile = await profileOf(place.profile, settings);
      for (let i = 0; i < place.count; i++) commands.push(srunCommand(profile, i, environment));
    }
  }
  return commands;
}
