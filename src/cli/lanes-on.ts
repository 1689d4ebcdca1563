import type { Command } from 'commander';
import { type LanesOn, laneCommands, parseLanesOn } from '../cluster/lanes-on';
import { UserError } from '../core/errors';
import { type CliOptions, layersFor } from './options';

/** Where the compute processes of a command are. */
export interface LanesOnOptions {
  readonly lanesOn?: readonly LanesOn[];
}

/** The option that carries compute processes elsewhere. */
export const withLanesOn = (command: Command): Command =>
  command.option(
    '--lanes-on <where>',
    'spread the rows over compute processes elsewhere: slurm:N[:PROFILE], or a command such as "ssh node7"; one each time it is given',
    (text: string, before: readonly LanesOn[] | undefined) => [...(before ?? []), parseLanesOn(text)],
  );

/**
 * The commands of the shell that start the compute processes; undefined where they are here.
 * @param checkpoint whose settings file may describe profiles.
 * @throws UserError where `--on` is given too, or a profile is not there.
 */
export async function lanesOnOf(
  checkpoint: string,
  options: CliOptions & LanesOnOptions & { readonly on?: unknown },
): Promise<{ readonly lanesOn?: readonly string[] }> {
  if (!options.lanesOn) return {};
  if (options.on !== undefined)
    throw new UserError(
      '--on gives whole tasks to other machines, --lanes-on the rows of one: leave one of them out.',
    );
  const { file } = await layersFor(checkpoint, options);
  return { lanesOn: await laneCommands(options.lanesOn, file) };
}
