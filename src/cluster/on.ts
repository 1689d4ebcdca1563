import { UserError } from '../core/errors';

/** What `--on` asks for. */
export type On =
  | { readonly kind: 'slurm'; readonly profile: string | undefined }
  | { readonly kind: 'local'; readonly count: number }
  | { readonly kind: 'print'; readonly what: Printed; readonly profile: string | undefined };

export const PRINTED = ['sbatch', 'kubernetes', 'snakemake'] as const;
export type Printed = (typeof PRINTED)[number];

/** More at once would only wait for each other. */
const MOST_LOCAL = 256;

/**
 * What stands behind `--on`: `slurm`, `slurm:PROFILE`, `local:N`, `print:WHAT` or `print:WHAT:PROFILE`.
 * @throws UserError that names what there is.
 */
export function parseOn(text: string): On {
  const [kind, ...rest] = text.split(':');
  if (kind === 'slurm' && rest.length <= 1 && rest[0] !== '')
    return { kind, profile: rest.length === 0 ? undefined : rest[0] };
  const count = Number(rest[0]);
  if (kind === 'local' && rest.length === 1 && /^[1-9]\d*$/.test(rest[0]) && count <= MOST_LOCAL)
    return { kind, count };
  const what = PRINTED.find((each) => each === rest[0]);
  if (kind === 'print' && what && rest.length <= 2 && rest[1] !== '')
    return { kind, what, profile: rest.length === 1 ? undefined : rest[1] };
  throw new UserError(
    `--on ${text} is nothing that is known: give slurm, slurm:PROFILE, local:N (of 1 to ${MOST_LOCAL} processes), or print:${PRINTED.join(', print:')} (a profile may follow).`,
  );
}
