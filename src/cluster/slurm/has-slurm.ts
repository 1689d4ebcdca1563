import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** Can jobs be given to Slurm from this machine? */
export async function hasSlurm({ PATH = '' }: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  for (const folder of PATH.split(path.delimiter))
    if (path.isAbsolute(folder) && (await isProgram(path.join(folder, 'sbatch')))) return true;
  return false;
}

const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
