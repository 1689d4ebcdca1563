import type { Profile } from '../../contract/cluster-profile';
import { mebibytesOf, secondsOfTime, slurmTime } from '../resources';
import { shellLine } from '../shell-word';

const CPUS = 2;

/**
 * The command that starts the i-th lane by Slurm: as a step of the allocation that this process is in, on its nodes one after
 * the other, else as a job of its own.
 */
export function srunCommand(profile: Profile, i: number, environment: NodeJS.ProcessEnv): string {
  const { cpus = CPUS, partition, time, memory, sbatch = [], setup = [] } = profile;
  const nodes = Number(environment['SLURM_JOB_NUM_NODES'] ?? environment['SLURM_NNODES']);
  const isInside = environment['SLURM_JOB_ID'] !== undefined && nodes >= 1;
  const where = isInside
    ? // Steps of one allocation would wait for each other's processors, which are shared out here.
      ['--overlap', `--relative=${i % nodes}`]
    : [
        '--job-name=landscape-lane',
        ...(partition === undefined ? [] : [`--partition=${partition}`]),
        ...(time === undefined ? [] : [`--time=${slurmTime(secondsOfTime(time))}`]),
        ...(memory === undefined ? [] : [`--mem=${mebibytesOf(memory)}M`]),
        ...sbatch,
      ];
  const words = ['srun', '--nodes=1', '--ntasks=1', `--cpus-per-task=${cpus}`, ...where];
  if (setup.length === 0) return shellLine(words);
  return shellLine([...words, 'bash', '-c', [...setup, 'exec "$0" "$@"'].join('\n')]);
}
