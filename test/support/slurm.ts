import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = join(__dirname, 'fake-slurm');

/** The environment in which Slurm is a fake of one node that keeps what it knows in a folder. */
export const fakeSlurm = (folder: string): Record<string, string> => ({
  PATH: `${PROGRAMS}${delimiter}${process.env['PATH'] ?? ''}`,
  FAKE_SLURM: folder,
  XDG_CONFIG_HOME: join(folder, 'config'),
});

/** The scripts that were submitted to it. */
export function submitted(folder: string): string[] {
  const file = join(folder, 'submitted');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}
